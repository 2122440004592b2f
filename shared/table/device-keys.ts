import type { TenantReference } from '../tenancy/tenant.ts';
import { key, partition } from './key.ts';

/** Keys of what belongs to devices; as those of `keys.ts`, the tenant first. */

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
};

/** Commands to devices, in the Main table. */
export const commandKeys = {
  command: (tenant: TenantReference, deviceId: string, id: string) => key(`${tenant}#command#${deviceId}`, id),
  commands: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#command#${deviceId}`),
  /** What it says, and what the device answered. */
  commandBody: (tenant: TenantReference, deviceId: string, id: string) =>
    key(`${tenant}#command-body#${deviceId}`, id),
};

/** What devices prove themselves with, in the Main table. */
export const certificateKeys = {
  /** Ids of certificates are the broker's: 64 hex digits. */
  certificate: (tenant: TenantReference, deviceId: string, id: string) => key(`${tenant}#certificate#${deviceId}`, id),
  certificates: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#certificate#${deviceId}`),
  /** Those in force, in the order of their ends. */
  expiry: (tenant: TenantReference, expiresAt: number, id: string) =>
    key(`${tenant}#certificate-expiry`, `${new Date(expiresAt).toISOString()}#${id}`),
  expiries: (tenant: TenantReference) => partition(`${tenant}#certificate-expiry`),
  /** Whose a certificate is; under the platform's reference, since it names no workspace. */
  bearer: (platform: TenantReference, id: string) => key(`${platform}#bearer#${id}`, 'bearer'),
  registration: (tenant: TenantReference, id: string) => key(`${tenant}#registration`, id),
  registrations: (tenant: TenantReference) => partition(`${tenant}#registration`),
  /** The certificate that a token or a rotation was exchanged for. */
  exchange: (tenant: TenantReference, of: string) => key(`${tenant}#exchange#${of}`, 'exchange'),
};
