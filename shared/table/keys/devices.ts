import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Rows of a device beside its entity, in the Main table. */
export const deviceKeys = {
  /** What changes with every message of the device. */
  head: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'head'),
  /** Its last health report. */
  health: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'health'),
  /** Whether it is connected, as the broker last said. */
  presence: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'presence'),
  rows: (tenant: TenantReference, id: string) => partition(`${tenant}#device#${id}`),
  /** Names its newest registration token. */
  token: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'token'),
  /** The open rotation of its certificate. */
  rotation: (tenant: TenantReference, id: string) => key(`${tenant}#device#${id}`, 'rotation'),
  /** The devices that are inside of a geofence, one row each. */
  inside: (tenant: TenantReference, geofenceId: string) => partition(`${tenant}#inside#${geofenceId}`),
  insideOne: (tenant: TenantReference, geofenceId: string, id: string) => key(`${tenant}#inside#${geofenceId}`, id),
};
