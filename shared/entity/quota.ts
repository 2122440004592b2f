import { countOneLess, countOneMore, type Share } from '../quota/in-transaction.ts';
import type { CountedResource } from '../quota/record.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { Fields, Values } from './fields.ts';
import type { Entity, Kind } from './kind.ts';

/** How many there may be: as many as the plan says, or a number of the kind's own. */
export type Quota<N extends string = string> =
  | { readonly resource: CountedResource }
  | {
      /** As `details.resource` of `QUOTA_EXCEEDED` names it. */
      readonly resource: string;
      readonly most: number;
      /** A field by whose value they are counted: so many of one device, for example. It must be `fixed`. */
      readonly within?: N;
    };

/** Takes a part of the quota for an entity that comes, gives it back for one that goes. */
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
