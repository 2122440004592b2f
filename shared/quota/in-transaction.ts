import { problem } from '../problems/problem.ts';
import type { Key } from '../table/key.ts';
import { quotaKeys } from '../table/keys/quota.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { CountedResource } from './record.ts';

/**
 * Quotas that are counted in the transaction that creates or deletes the thing. The count is always exact, and nothing
 * has to be released after a failure. Use it only for things that are rarely created concurrently, because all writers
 * update one row.
 */

/** What is counted, and its limit. */
export type Share =
  | { readonly resource: CountedResource }
  | {
      readonly resource: string;
      readonly most: number;
      /** The scope of the count, if it is not the workspace. */
      readonly within?: string;
    };

const access = new Table('access');

const keyOf = ({ reference }: Tenant, share: Share): Key =>
  quotaKeys.quota(reference, 'within' in share ? `${share.resource}#${share.within}` : share.resource);

const limitOf = ({ plan }: Tenant, share: Share): number =>
  'most' in share ? share.most : plans[plan].limits[share.resource];

const adding = (number: number) => ({
  expression: 'SET touchedAt = :now ADD used :number',
  values: { ':now': Date.now(), ':number': number },
});

/** Adds one to the count. At the limit, the transaction is refused with `QUOTA_EXCEEDED`. */
export function countOneMore(transaction: Transaction, tenant: Tenant, share: Share): void {
  const [key, limit] = [keyOf(tenant, share), limitOf(tenant, share)];
  if (limit < 0) return void transaction.update(access, key, adding(1));
  const none = limit > 0 ? 'attribute_not_exists(used) OR ' : '';
  const room = { expression: `${none}used < :limit`, values: { ':limit': limit } };
  transaction.update(access, key, adding(1), room, async () => {
    const row = await access.get<{ used: number }>(key);
    return exceeded(share.resource, limit, row?.used ?? 0);
  });
}

/** Subtracts one from the count. */
export function countOneLess(transaction: Transaction, tenant: Tenant, share: Share): void {
  transaction.update(access, keyOf(tenant, share), adding(-1));
}

function exceeded(resource: string, limit: number, used: number) {
  const detail = `There may be ${limit} ${resource.replaceAll('_', ' ')}, and there are ${used}: delete one first.`;
  return problem('QUOTA_EXCEEDED', detail, { resource, limit, used });
}
