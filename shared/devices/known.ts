import { notFound } from '../problems/problem.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { deviceTarget } from '../topology/device-terms.ts';

const main = new Table('main');

/**
 * @param owner the user whose devices they must be; undefined: any owner, or none
 * @throws NOT_FOUND if one of these devices does not exist
 */
export async function requireDevices(tenant: TenantReference, ids: readonly string[], owner?: string): Promise<void> {
  const keys = [...new Set(ids)].map((id) => deviceTarget.key(tenant, id));
  const rows = await main.getMany<{ userId?: string }>(keys);
  if (rows.some((row) => !row || (owner !== undefined && row.userId !== owner))) throw notFound('device');
}
