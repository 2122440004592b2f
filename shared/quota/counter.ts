import { Problem, problem } from '../problems/problem.ts';
import { isConditionFailed, rowBefore, unlessChanged } from '../table/faults.ts';
import { accessKeys } from '../table/keys.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';

/**
 * Counters of what a plan limits. A writer reserves in one conditional update before it makes a thing, so that racing
 * writers never exceed the limit, and releases when making it failed or when the thing has ended. What a writer did not
 * release because it died is found when the limit is next reached: the things are then counted anew, once no writer can
 * be between its reservation and its thing.
 */

/** Things that a plan counts. */
export type CountedResource = 'geofences' | 'webhooks' | 'workflows' | 'devices' | 'users' | 'api_keys';

interface QuotaRow {
  readonly used: number;
  /** When something was last reserved, or a release announced. */
  readonly touchedAt: number;
}

const access = new Table('access');

/** Longer than any function runs. */
const settledMilliseconds = 60_000;

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

const reserving = (amount: number): Expression => ({
  expression: 'SET touchedAt = :now ADD used :amount',
  values: { ':now': Date.now(), ':amount': amount },
});

/** The row as it stands, where less than the amount is left. */
async function reserve(
  tenant: Tenant,
  resource: CountedResource,
  limit: number,
  amount: number,
): Promise<Partial<QuotaRow> | undefined> {
  const update = reserving(amount);
  const room = { expression: 'used <= :most', values: { ':most': limit - amount } };
  const bound = amount > limit ? room : { ...room, expression: `attribute_not_exists(used) OR ${room.expression}` };
  try {
    await access.update(accessKeys.quota(tenant.reference, resource), update, limit < 0 ? undefined : bound);
    return undefined;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return rowBefore(error) ?? (await access.get(accessKeys.quota(tenant.reference, resource))) ?? {};
  }
}

/** Corrects the count, unless a writer reserved or announced a release since it was seen. */
async function recount(tenant: Tenant, resource: CountedResource, seen: QuotaRow, counted: number): Promise<void> {
  const now = Date.now();
  const update = { expression: 'SET used = :counted, touchedAt = :now', values: { ':counted': counted, ':now': now } };
  const values = { ':used': seen.used, ':at': seen.touchedAt };
  const unchanged = { expression: 'used = :used AND touchedAt = :at', values };
  await access.update(accessKeys.quota(tenant.reference, resource), update, unchanged).catch(unlessChanged);
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
  transaction.update(access, accessKeys.quota(tenant, resource), reserving(amount));
}

/** Tells that a thing is about to end, so that nobody recounts between its end and `releaseQuota`. */
export async function announceRelease(tenant: Tenant, resource: CountedResource): Promise<void> {
  const update = { expression: 'SET touchedAt = :now', values: { ':now': Date.now() } };
  await access.update(accessKeys.quota(tenant.reference, resource), update);
}

export async function releaseQuota(tenant: Tenant, resource: CountedResource, amount = 1): Promise<void> {
  const update = { expression: 'ADD used :less', values: { ':less': -amount } };
  await access.update(accessKeys.quota(tenant.reference, resource), update);
}
