import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashedAll, key, padded } from '../key.ts';

/** A run of geocoding, in the Main table: its record, and its chunks beside it. */
export const runKeys = {
  /** The order in which chunks of all runs of a workspace are sent. */
  turns: (tenant: TenantReference) => key(`${tenant}#geocoding`, 'turns'),
  run: (tenant: TenantReference, id: string) => key(`${tenant}#geocoding#${id}`, 'run'),
  addresses: (tenant: TenantReference, id: string, chunk: number) =>
    key(`${tenant}#geocoding#${id}`, `addresses#${padded(chunk)}`),
  geocodes: (tenant: TenantReference, id: string, chunk: number) =>
    key(`${tenant}#geocoding#${id}`, `geocodes#${padded(chunk)}`),
};

/** The cache of geocoded addresses, in the Access table. */
export const geocodeKeys = {
  /**
   * The places of an address, for all workspaces. Each address has its own partition, from which the address cannot be
   * read.
   */
  geocode: (platform: TenantReference, ...parts: readonly string[]) =>
    key(`${platform}#geocode#${hashedAll(parts)}`, 'geocode'),
};
