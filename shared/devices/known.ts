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
  const all = [...new Set(ids)];
  const rows = await main.getMany<{ userId?: string }>(all.map((id) => deviceTarget.key(tenant, id)));
  const unknown = all.find((_, i) => !rows[i] || (owner !== undefined && rows[i].userId !== owner));
  if (unknown !== undefined) throw notFound('device', unknown);
}
