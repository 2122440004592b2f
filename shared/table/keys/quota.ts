import type { TenantReference } from '../../tenancy/tenant.ts';
import { key } from '../key.ts';

/** Counters of quotas, in the Access table. */
export const quotaKeys = {
  quota: (tenant: TenantReference, resource: string) => key(`${tenant}#quota`, resource),
};
