import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Certificates of devices, and what leads to them, in the Main table. */
export const certificateKeys = {
  /** Ids of certificates are the broker's: 64 hex digits. */
  certificate: (tenant: TenantReference, deviceId: string, id: string) => key(`${tenant}#certificate#${deviceId}`, id),
  certificates: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#certificate#${deviceId}`),
  /** The prefix of the partition keys of all certificates of a workspace. */
  prefix: (tenant: TenantReference) => `${tenant}#certificate#`,
  /** Certificates in force, in the order of their expiry, an ISO text with milliseconds. */
  expiry: (tenant: TenantReference, expiresAt: string, id: string) =>
    key(`${tenant}#certificate-expiry`, `${expiresAt}#${id}`),
  expiries: (tenant: TenantReference) => partition(`${tenant}#certificate-expiry`),
  /** The device of a certificate; under the platform's reference, since a certificate names no workspace. */
  bearer: (platform: TenantReference, id: string) => key(`${platform}#bearer#${id}`, 'bearer'),
  registration: (tenant: TenantReference, id: string) => key(`${tenant}#registration`, id),
  registrations: (tenant: TenantReference) => partition(`${tenant}#registration`),
  /** The certificate that a token or a rotation was exchanged for. */
  exchange: (tenant: TenantReference, of: string) => key(`${tenant}#exchange#${of}`, 'exchange'),
};
