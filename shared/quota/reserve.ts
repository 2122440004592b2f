import { Problem, problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { isConditionFailed, isOutcomeUnknown, rowBefore, unlessChanged } from '../table/faults.ts';
import { quotaKeys } from '../table/keys/quota.ts';
import { retryingRaces } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { newMark, type Quota, type QuotaRow, releasesOf, settledMilliseconds } from './record.ts';
import { releaseUnused } from './release.ts';

/**
 * A writer reserves quota in one conditional update before it creates a thing, so that concurrent writers never exceed
 * the limit of their plan. It releases the quota when the creation failed, or later when the thing was deleted. If a
 * writer crashes before it releases, the difference is corrected when the limit is next reached: the things are then
 * counted again, as soon as no writer can be between its reservation and its thing.
 */

const access = new Table('access');

const limitOf = ({ plan }: Tenant, { resource }: Quota): number => plans[plan].limits[resource];

/**
 * Reserves quota for one thing, creates it, and releases the reservation if the thing certainly was not created. If
 * that is unknown, the reservation stays, and a recount corrects it.
 *
 * @throws QUOTA_EXCEEDED
 */
export async function reserveFor<T>(tenant: Tenant, quota: Quota, make: () => Promise<T>): Promise<T> {
  await reserve(tenant, quota);
  return await using(tenant, quota, make);
}

/** As {@link reserveFor}, regardless of the limit, for the platform's operator. The thing counts like any other. */
export async function reserveBeyondLimit<T>(tenant: Tenant, quota: Quota, make: () => Promise<T>): Promise<T> {
  await take(tenant, quota, 1, -1);
  return await using(tenant, quota, make);
}

async function using<T>(tenant: Tenant, quota: Quota, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!isOutcomeUnknown(error)) await releaseUnused(tenant, quota);
    throw error;
  }
}

/** Reserves quota for one thing in the transaction that creates it, regardless of the limit. */
export function reserveIn(transaction: Transaction, tenant: TenantReference, { resource }: Quota): void {
  transaction.update(access, quotaKeys.quota(tenant, resource), reserving(1, newMark()));
}

/** The amount that was reserved, and why it is less than the wanted one. */
export interface Reservation {
  readonly amount: number;
  readonly refusal: Problem | undefined;
}

/**
 * Reserves as much of the wanted amount as is left, for things that are created afterwards. The caller releases the
 * unused part with `releaseUnused`.
 */
export async function reserveUpTo(tenant: Tenant, quota: Quota, wanted: number): Promise<Reservation> {
  const limit = limitOf(tenant, quota);
  let refusal: Problem | undefined;
  for (let amount = wanted; amount > 0; ) {
    try {
      await reserve(tenant, quota, amount);
      return { amount, refusal: refusal && exceeded(tenant, quota, limit) };
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'QUOTA_EXCEEDED') throw error;
      refusal = error;
      amount = Math.min(amount - 1, limit - Number(error.details?.used));
    }
  }
  return { amount: 0, refusal };
}

/**
 * Reserves nothing, but refuses when less than this amount is left. Another writer may still use the rest first.
 *
 * @throws QUOTA_EXCEEDED
 */
export async function requireRoom(tenant: Tenant, quota: Quota, amount = 1): Promise<void> {
  const limit = limitOf(tenant, quota);
  const read = async () => withDefaults(await access.get(quotaKeys.quota(tenant.reference, quota.resource)));
  let seen = await read();
  const isFull = () => limit >= 0 && seen.used + amount > limit;
  if (isFull() && isSettled(seen)) {
    await recount(tenant, quota, seen);
    seen = await read();
  }
  if (isFull()) throw exceeded(tenant, quota, seen.used);
}

/** Reserves an amount, all of it or nothing, or throws `QUOTA_EXCEEDED`. */
export async function reserve(tenant: Tenant, quota: Quota, amount = 1): Promise<void> {
  const limit = limitOf(tenant, quota);
  let seen = await take(tenant, quota, amount, limit);
  if (seen && isSettled(seen)) {
    await recount(tenant, quota, seen);
    seen = await take(tenant, quota, amount, limit);
  }
  if (seen) throw exceeded(tenant, quota, seen.used);
}

/** Undefined after a reservation; the row as it is when less than the amount is left. */
async function take(tenant: Tenant, quota: Quota, amount: number, limit: number): Promise<QuotaRow | undefined> {
  const key = quotaKeys.quota(tenant.reference, quota.resource);
  const mark = newMark();
  const once = '(attribute_not_exists(reservedBy) OR reservedBy <> :mark)';
  const room = amount > limit ? 'used <= :most' : '(attribute_not_exists(used) OR used <= :most)';
  const condition: Expression =
    limit < 0
      ? { expression: once, values: { ':mark': mark } }
      : { expression: `${once} AND ${room}`, values: { ':mark': mark, ':most': limit - amount } };
  try {
    await retryingRaces(() => access.update(key, reserving(amount, mark), condition));
    return undefined;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    const row = withDefaults(rowBefore(error) ?? (await access.get(key)));
    // If the response was lost, the database client has retried, and has found its own reservation.
    return row.reservedBy === mark ? undefined : row;
  }
}

const reserving = (amount: number, mark: string): Expression => ({
  expression: 'SET touchedAt = :now, reservedBy = :mark ADD used :amount',
  values: { ':now': Date.now(), ':mark': mark, ':amount': amount },
});

const withDefaults = (row: Partial<QuotaRow> | undefined): QuotaRow => ({ used: 0, touchedAt: 0, ...row });

/** Whether no writer can be between its reservation and its thing. */
const isSettled = ({ touchedAt }: QuotaRow): boolean => Date.now() - touchedAt > settledMilliseconds;

/** Corrects the count, unless a writer reserved or announced a release since it was seen. */
async function recount(tenant: Tenant, quota: Quota, seen: QuotaRow): Promise<void> {
  const used = await quota.count(tenant);
  const update = setAll(
    { used, touchedAt: Date.now() },
    releasesOf(seen).map(({ mark }) => mark),
  );
  const asSeen = unchanged({ used: seen.used, touchedAt: seen.touchedAt });
  await access.update(quotaKeys.quota(tenant.reference, quota.resource), update, asSeen).catch(unlessChanged);
}

function exceeded(tenant: Tenant, quota: Quota, used: number): Problem {
  const { resource } = quota;
  const limit = limitOf(tenant, quota);
  const detail = `The plan "${tenant.plan}" allows ${limit} ${resource.replace('_', ' ')}, and ${used} are in use: remove one, or ask for a larger plan.`;
  return problem('QUOTA_EXCEEDED', detail, { resource, limit, used });
}
