import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, padded, partition } from '../key.ts';

/**
 * A batch of geofences, in the Main table: its record, its items, the decisions about them, and the outcome of each.
 */
export const batchKeys = {
  batch: (tenant: TenantReference, id: string) => key(`${tenant}#batch#${id}`, 'batch'),
  rows: (tenant: TenantReference, id: string) => partition(`${tenant}#batch#${id}`),
  items: (tenant: TenantReference, id: string, chunk: number) => key(`${tenant}#batch#${id}`, `items#${padded(chunk)}`),
  decisions: (tenant: TenantReference, id: string, attempt: string, chunk: number) =>
    key(`${tenant}#batch#${id}`, `decisions#${attempt}#${padded(chunk)}`),
  outcome: (tenant: TenantReference, id: string, index: number) =>
    key(`${tenant}#batch#${id}`, `outcome#${padded(index)}`),
};
