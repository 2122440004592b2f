import { notFound } from '../problems/problem.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { deviceTarget } from '../topology/device-terms.ts';

const main = new Table('main');

/** @throws NOT_FOUND if one of these devices does not exist */
export async function requireDevices(tenant: TenantReference, ids: readonly string[]): Promise<void> {
  const rows = await main.getMany([...new Set(ids)].map((id) => deviceTarget.key(tenant, id)));
  if (rows.some((row) => row === undefined)) throw notFound('device');
}
