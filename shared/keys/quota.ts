import { type KeyRow, keyStatus } from '../auth/key-record.ts';
import type { Quota } from '../quota/record.ts';
import { apiKeyKeys } from '../table/keys/api-keys.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';

const access = new Table('access');

/**
 * A writer that read a key before its end may still extend it within this time after the end: no function runs longer.
 */
const settledMilliseconds = 60_000;

async function countKeys({ reference }: Tenant): Promise<number> {
  const rows = await access.queryAll<KeyRow>(apiKeyKeys.apiKeys(reference));
  const now = Date.now() - settledMilliseconds;
  return rows.filter((row) => countsTowardQuota(row, now)).length;
}

export const keyQuota: Quota = { resource: 'api_keys', count: countKeys };

/** A key counts toward the quota until it is revoked, has expired or is replaced. */
export const countsTowardQuota = (row: KeyRow, now: number): boolean =>
  keyStatus(row, now) === 'active' && row.replacedBy === undefined;

/** How many replaced keys still work. */
export async function countInGrace({ reference }: Pick<Tenant, 'reference'>): Promise<number> {
  const rows = await access.queryAll<KeyRow>(apiKeyKeys.apiKeys(reference));
  const now = Date.now();
  return rows.filter((row) => row.replacedBy !== undefined && keyStatus(row, now) === 'active').length;
}
