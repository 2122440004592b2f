import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Paired phones as credentials, in the Access table. */
export const phoneKeys = {
  /** @param deviceId the id of the phone as a device */
  phone: (tenant: TenantReference, deviceId: string) => key(`${tenant}#phone`, deviceId),
  phones: (tenant: TenantReference) => partition(`${tenant}#phone`),
};
