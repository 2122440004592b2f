import { randomInt } from 'node:crypto';
import { problem } from '../problems/problem.ts';
import { quotaKeys } from '../table/keys/quota.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { Plan, Tenant, TenantReference } from '../tenancy/tenant.ts';

/**
 * The bytes of the files of a workspace. They are counted in the transactions that write and remove the records of
 * files, so the count stays exact when a process crashes. It is spread over some rows, so that many uploads can run at
 * once.
 */

const access = new Table('access');
const shards = 8;
const bytesPerGigabyte = 1024 ** 3;

const keyOf = (tenant: TenantReference, shard: number) => quotaKeys.quota(tenant, `storage_bytes#${shard}`);

/** The rows that make up the count. */
export const storageRows = (tenant: TenantReference) =>
  Array.from({ length: shards }, (_, shard) => keyOf(tenant, shard));

/**
 * A transaction in which one file replaces another counts both, and may update a row only once. So additions and
 * removals have rows of their own.
 *
 * @param bytes negative for what is removed; nothing is written for 0
 */
export function countBytes(transaction: Transaction, tenant: TenantReference, bytes: number): void {
  if (bytes === 0) return;
  const adding = { expression: 'ADD used :bytes', values: { ':bytes': bytes } };
  const half = randomInt(shards / 2);
  transaction.update(access, keyOf(tenant, bytes > 0 ? half : half + shards / 2), adding);
}

/** The sum of {@link storageRows}. */
export const storedBytes = (rows: readonly ({ readonly used?: unknown } | undefined)[]): number =>
  rows.reduce((sum, row) => sum + Number(row?.used ?? 0), 0);

/** What a plan allows; undefined without a limit. */
export function storageLimit(plan: Plan): number | undefined {
  const { storage_gb } = plans[plan].limits;
  return storage_gb < 0 ? undefined : storage_gb * bytesPerGigabyte;
}

/**
 * Refuses when fewer bytes are left. Concurrent uploads are compared with the same count, so together they may exceed
 * the limit.
 *
 * @throws QUOTA_EXCEEDED
 */
export async function requireStorage({ reference, plan }: Tenant, bytes: number): Promise<void> {
  const limit = storageLimit(plan);
  if (limit === undefined) return;
  const used = storedBytes(await access.getMany(storageRows(reference)));
  if (used + bytes <= limit) return;
  const { storage_gb } = plans[plan].limits;
  const detail = `The plan "${plan}" allows ${storage_gb} GiB of files, and ${used} bytes are stored: delete forms that are no longer needed, or ask for a larger plan.`;
  throw problem('QUOTA_EXCEEDED', detail, { resource: 'storage_bytes', limit, used });
}

/** The rights to count bytes, and to compare them with the limit. */
export const tablesOfStorage = { access: ['BatchGetItem', 'UpdateItem'] } as const;
