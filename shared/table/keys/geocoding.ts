import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashedAll, key, padded } from '../key.ts';

/** A run of geocoding, in the Main table: its record, and its chunks beside it. */
export const runKeys = {
  /** Whose chunks are sent next, of all runs of a workspace. */
  turns: (tenant: TenantReference) => key(`${tenant}#geocoding`, 'turns'),
  run: (tenant: TenantReference, id: string) => key(`${tenant}#geocoding#${id}`, 'run'),
  addresses: (tenant: TenantReference, id: string, chunk: number) =>
    key(`${tenant}#geocoding#${id}`, `addresses#${padded(chunk)}`),
  geocodes: (tenant: TenantReference, id: string, chunk: number) =>
    key(`${tenant}#geocoding#${id}`, `geocodes#${padded(chunk)}`),
};

/** The cache of geocoded addresses, in the Access table. */
export const geocodeKeys = {
  /** What an address means, for all workspaces; a partition each, and no address can be read from it. */
  geocode: (platform: TenantReference, ...parts: readonly string[]) =>
    key(`${platform}#geocode#${hashedAll(parts)}`, 'geocode'),
};
