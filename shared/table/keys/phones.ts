import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Paired phones as credentials, in the Access table. */
export const phoneKeys = {
  /** @param deviceId the id of the phone as a device */
  phone: (tenant: TenantReference, deviceId: string) => key(`${tenant}#phone`, deviceId),
  phones: (tenant: TenantReference) => partition(`${tenant}#phone`),
  /** Names a phone of a user until it is revoked. */
  ofUser: (tenant: TenantReference, userId: string, deviceId: string) =>
    key(`${tenant}#phone-of-user#${userId}`, deviceId),
  allOfUser: (tenant: TenantReference, userId: string) => partition(`${tenant}#phone-of-user#${userId}`),
};
