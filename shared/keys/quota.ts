import { type KeyRow, keyStatus } from '../auth/key-record.ts';
import { placesOf } from '../quota/quota.ts';
import { accessKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';

const access = new Table('access');

/** A key at its end may still be put off for so long by a writer that met it alive; longer than any function runs. */
const settledMilliseconds = 60_000;

async function countKeys({ reference }: Tenant): Promise<number> {
  const rows = await access.queryAll<KeyRow>(accessKeys.apiKeys(reference));
  const now = Date.now() - settledMilliseconds;
  return rows.filter((row) => holdsPlace(row, now)).length;
}

export const keyPlaces = placesOf('api_keys', countKeys);

/** A key holds a place of the plan until it is revoked, has expired or is replaced. */
export const holdsPlace = (row: KeyRow, now: number): boolean =>
  keyStatus(row, now) === 'active' && row.replacedBy === undefined;

/** How many keys work on though they were replaced. */
export async function countInGrace({ reference }: Pick<Tenant, 'reference'>): Promise<number> {
  const rows = await access.queryAll<KeyRow>(accessKeys.apiKeys(reference));
  const now = Date.now();
  return rows.filter((row) => row.replacedBy !== undefined && keyStatus(row, now) === 'active').length;
}
