import { Problem, problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { isConditionFailed, rowBefore, unlessChanged } from '../table/faults.ts';
import { accessKeys } from '../table/keys.ts';
import { retryingRaces } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { type CountedResource, newMark, type QuotaRow, releasesOf, settledMilliseconds } from './record.ts';

/**
 * Counters of what a plan limits. A writer reserves in one conditional update before it makes a thing, so that racing
 * writers never exceed the limit, and releases when making it failed or when the thing has ended. What a writer did not
 * release because it died is found when the limit is next reached: the things are then counted anew, once no writer can
 * be between its reservation and its thing.
 */

const access = new Table('access');

/**
 * Reserves an amount, all of it or nothing, or throws `QUOTA_EXCEEDED`.
 *
 * @param count how many things there really are, read consistently
 */
export async function reserveQuota(
  tenant: Tenant,
  resource: CountedResource,
  count: () => Promise<number>,
  amount = 1,
): Promise<void> {
  const limit = plans[tenant.plan].limits[resource];
  const refusal = await reserve(tenant, resource, limit, amount);
  if (!refusal) return;
  let seen = { used: 0, touchedAt: 0, ...refusal };
  if (isSettled(seen)) {
    await recount(tenant, resource, seen, await count());
    const still = await reserve(tenant, resource, limit, amount);
    if (!still) return;
    seen = { used: 0, touchedAt: 0, ...still };
  }
  throw exceeded(tenant, resource, seen);
}

/** How much was reserved, and why it is less than what was asked for. */
export interface Reservation {
  readonly amount: number;
  readonly refusal: Problem | undefined;
}

/** Reserves as much of the wanted amount as is left. */
export async function reserveQuotaUpTo(
  tenant: Tenant,
  resource: CountedResource,
  count: () => Promise<number>,
  wanted: number,
): Promise<Reservation> {
  const limit = plans[tenant.plan].limits[resource];
  let refusal: Problem | undefined;
  for (let amount = wanted; amount > 0; ) {
    try {
      await reserveQuota(tenant, resource, count, amount);
      return { amount, refusal: refusal && exceeded(tenant, resource, { used: limit }) };
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'QUOTA_EXCEEDED') throw error;
      refusal = error;
      amount = Math.min(amount - 1, limit - Number(error.details?.used));
    }
  }
  return { amount: 0, refusal };
}

/** Throws `QUOTA_EXCEEDED` where less than this amount is left. Reserves nothing: another writer may be quicker. */
export async function requireRoom(
  tenant: Tenant,
  resource: CountedResource,
  count: () => Promise<number>,
  amount = 1,
): Promise<void> {
  const limit = plans[tenant.plan].limits[resource];
  const read = async () => ({
    used: 0,
    touchedAt: 0,
    ...(await access.get<Partial<QuotaRow>>(accessKeys.quota(tenant.reference, resource))),
  });
  let seen = await read();
  const isFull = () => limit >= 0 && seen.used + amount > limit;
  if (isFull() && isSettled(seen)) {
    await recount(tenant, resource, seen, await count());
    seen = await read();
  }
  if (isFull()) throw exceeded(tenant, resource, seen);
}

/** No writer can be between its reservation and its thing. */
const isSettled = ({ touchedAt }: QuotaRow): boolean => Date.now() - touchedAt > settledMilliseconds;

function exceeded({ plan }: Tenant, resource: CountedResource, { used }: Pick<QuotaRow, 'used'>) {
  const limit = plans[plan].limits[resource];
  const detail = `The plan "${plan}" holds ${limit} ${resource.replace('_', ' ')}, and ${used} are used: remove one, or ask for a larger plan.`;
  return problem('QUOTA_EXCEEDED', detail, { resource, limit, used });
}

const reserving = (amount: number, mark: string): Expression => ({
  expression: 'SET touchedAt = :now, reservedBy = :mark ADD used :amount',
  values: { ':now': Date.now(), ':mark': mark, ':amount': amount },
});

/** The row as it stands, where less than the amount is left. */
async function reserve(
  tenant: Tenant,
  resource: CountedResource,
  limit: number,
  amount: number,
): Promise<Partial<QuotaRow> | undefined> {
  const key = accessKeys.quota(tenant.reference, resource);
  const mark = newMark();
  const once: Expression = {
    expression: '(attribute_not_exists(reservedBy) OR reservedBy <> :mark)',
    values: { ':mark': mark },
  };
  const room = amount > limit ? 'used <= :most' : '(attribute_not_exists(used) OR used <= :most)';
  const bound: Expression = {
    expression: `${once.expression} AND ${room}`,
    values: { ...once.values, ':most': limit - amount },
  };
  try {
    await retryingRaces(() => access.update(key, reserving(amount, mark), limit < 0 ? once : bound));
    return undefined;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    const row: Partial<QuotaRow> = rowBefore(error) ?? (await access.get(key)) ?? {};
    // The database client tries again where an answer was lost, and then meets its own reservation.
    return row.reservedBy === mark ? undefined : row;
  }
}

/** Corrects the count, unless a writer reserved or announced a release since it was seen. */
async function recount(tenant: Tenant, resource: CountedResource, seen: QuotaRow, counted: number): Promise<void> {
  const update = setAll(
    { used: counted, touchedAt: Date.now() },
    releasesOf(seen).map(({ mark }) => mark),
  );
  const asSeen = unchanged({ used: seen.used, touchedAt: seen.touchedAt });
  await access.update(accessKeys.quota(tenant.reference, resource), update, asSeen).catch(unlessChanged);
}

/** Reserves without regard to the limit, for what the operator makes. */
export async function reserveQuotaBeyondLimit(tenant: Tenant, resource: CountedResource, amount = 1): Promise<void> {
  await reserve(tenant, resource, -1, amount);
}

/** The same in the transaction that makes the things, so that neither happens without the other. */
export function reserveQuotaIn(
  transaction: Transaction,
  tenant: TenantReference,
  resource: CountedResource,
  amount = 1,
): void {
  transaction.update(access, accessKeys.quota(tenant, resource), reserving(amount, newMark()));
}
