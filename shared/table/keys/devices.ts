import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** What there is of a device beside the entity, in the Main table. */
export const deviceKeys = {
  /** What changes with every message of it. */
  head: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'head'),
  /** Its last report about itself. */
  health: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'health'),
  /** Whether it is connected, as the broker last said. */
  presence: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'presence'),
  rows: (tenant: TenantReference, id: string) => partition(`${tenant}#device#${id}`),
  /** Which registration token is its open one. */
  token: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'token'),
  /** The rotation of its certificate that is open. */
  rotation: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'rotation'),
  /** The devices that are inside of a geofence, one row each. */
  inside: (tenant: TenantReference, geofenceId: string) => partition(`${tenant}#inside#${geofenceId}`),
  insideOne: (tenant: TenantReference, geofenceId: string, id: string) => key(`${tenant}#inside#${geofenceId}`, id),
};
