import type { TenantReference } from '../../tenancy/tenant.ts';
import { key } from '../key.ts';

/** Counters of usage, in the Access table. */
export const usageKeys = {
  /** Counters of a month, `2026-03`. */
  month: (tenant: TenantReference, month: string) => key(`${tenant}#usage`, month),
};
