import { countOneLess, countOneMore, type Share } from '../quota/in-transaction.ts';
import type { CountedResource } from '../quota/record.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { Fields, Values } from './fields.ts';
import type { Entity, Kind } from './kind.ts';

/** The most entities that may exist: a limit of the plan, or a number for this kind. */
export type Quota<N extends string = string> =
  | { readonly resource: CountedResource }
  | {
      /** The value of `details.resource` in `QUOTA_EXCEEDED`. */
      readonly resource: string;
      readonly most: number;
      /** A field whose values are counted separately, for example the entities of each device. It must be `fixed`. */
      readonly within?: N;
    };

/** Reserves quota for an entity that is created, and releases it for one that is deleted. */
export function moveQuota(
  transaction: Transaction,
  tenant: Tenant,
  { quota }: Pick<Kind, 'quota'>,
  before: Entity | undefined,
  after: Entity | undefined,
): void {
  if (!quota) return;
  if (after && !before) countOneMore(transaction, tenant, shareOf(quota, after.values));
  if (before && !after) countOneLess(transaction, tenant, shareOf(quota, before.values));
}

function shareOf(quota: Quota, values: Values<Fields>): Share {
  if (!('most' in quota)) return quota;
  const { resource, most, within } = quota;
  return within === undefined ? { resource, most } : { resource, most, within: String(values[within]) };
}
