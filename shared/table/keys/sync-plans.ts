import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, padded, partition } from '../key.ts';

/** A sync plan, in the Main table: its record, its changes, and the outcome of each applied change. */
export const syncPlanKeys = {
  plan: (tenant: TenantReference, id: string) => key(`${tenant}#sync#${id}`, 'plan'),
  rows: (tenant: TenantReference, id: string) => partition(`${tenant}#sync#${id}`),
  changes: (tenant: TenantReference, id: string, attempt: string, chunk: number) =>
    key(`${tenant}#sync#${id}`, `changes#${attempt}#${padded(chunk)}`),
  outcome: (tenant: TenantReference, id: string, change: number) =>
    key(`${tenant}#sync#${id}`, `outcome#${padded(change)}`),
};
