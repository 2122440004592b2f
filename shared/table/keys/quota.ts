import type { TenantReference } from '../../tenancy/tenant.ts';
import { key } from '../key.ts';

/** Counters of what a plan limits, in the Access table. */
export const quotaKeys = {
  quota: (tenant: TenantReference, resource: string) => key(`${tenant}#quota`, resource),
};
