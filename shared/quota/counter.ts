import { Problem, problem } from '../problems/problem.ts';
import { isConditionFailed, rowBefore, unlessChanged } from '../table/faults.ts';
import { accessKeys } from '../table/keys.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';

/**
 * Places of a plan's limits. One is taken in one conditional update before it is used, so that racing writers never
 * over-run the limit, and given back when the use failed or ended. What a writer that died did not give back is found
 * when the limit is next met: things are then counted again, once nobody can be between taking a place and using it.
 */

/** Things that a plan counts. */
export type CountedResource = 'geofences' | 'webhooks' | 'workflows' | 'devices' | 'users' | 'api_keys';

interface QuotaRow {
  readonly used: number;
  /** When a place was last taken, or the end of a use announced. */
  readonly touchedAt: number;
}

const access = new Table('access');

/** Longer than any function runs. */
const settledMilliseconds = 60_000;

/**
 * Takes places, all or none, or throws `QUOTA_EXCEEDED`.
 *
 * @param count how many there really are, consistently read
 */
export async function reserveQuota(
  tenant: Tenant,
  resource: CountedResource,
  count: () => Promise<number>,
  places = 1,
): Promise<void> {
  const limit = plans[tenant.plan].limits[resource];
  const refusal = await take(tenant, resource, limit, places);
  if (!refusal) return;
  let seen = { used: 0, touchedAt: 0, ...refusal };
  if (isSettled(seen)) {
    await recount(tenant, resource, seen, await count());
    const still = await take(tenant, resource, limit, places);
    if (!still) return;
    seen = { used: 0, touchedAt: 0, ...still };
  }
  throw exceeded(tenant, resource, seen);
}

/** What was taken of the places that were asked for, and why it is less. */
export interface Taken {
  readonly places: number;
  readonly refusal: Problem | undefined;
}

/** Takes as many of these places as there are. */
export async function reserveSome(
  tenant: Tenant,
  resource: CountedResource,
  count: () => Promise<number>,
  wanted: number,
): Promise<Taken> {
  const limit = plans[tenant.plan].limits[resource];
  let refusal: Problem | undefined;
  for (let places = wanted; places > 0; ) {
    try {
      await reserveQuota(tenant, resource, count, places);
      return { places, refusal: refusal && exceeded(tenant, resource, { used: limit }) };
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'QUOTA_EXCEEDED') throw error;
      refusal = error;
      places = Math.min(places - 1, limit - Number(error.details?.used));
    }
  }
  return { places: 0, refusal };
}

/** Throws `QUOTA_EXCEEDED` where so many places are not left. Takes none: others may be quicker. */
export async function requireRoom(
  tenant: Tenant,
  resource: CountedResource,
  count: () => Promise<number>,
  places = 1,
): Promise<void> {
  const limit = plans[tenant.plan].limits[resource];
  const read = async () => ({
    used: 0,
    touchedAt: 0,
    ...(await access.get<Partial<QuotaRow>>(accessKeys.quota(tenant.reference, resource))),
  });
  let seen = await read();
  const isFull = () => limit >= 0 && seen.used + places > limit;
  if (isFull() && isSettled(seen)) {
    await recount(tenant, resource, seen, await count());
    seen = await read();
  }
  if (isFull()) throw exceeded(tenant, resource, seen);
}

/** Nobody can be between taking a place and using it. */
const isSettled = ({ touchedAt }: QuotaRow): boolean => Date.now() - touchedAt > settledMilliseconds;

function exceeded({ plan }: Tenant, resource: CountedResource, { used }: Pick<QuotaRow, 'used'>) {
  const limit = plans[plan].limits[resource];
  const detail = `The plan "${plan}" holds ${limit} ${resource.replace('_', ' ')}, and ${used} are used: remove one, or ask for a larger plan.`;
  return problem('QUOTA_EXCEEDED', detail, { resource, limit, used });
}

const taking = (places: number): Expression => ({
  expression: 'SET touchedAt = :now ADD used :places',
  values: { ':now': Date.now(), ':places': places },
});

/** The row as it stands, where too few places are left. */
async function take(
  tenant: Tenant,
  resource: CountedResource,
  limit: number,
  places: number,
): Promise<Partial<QuotaRow> | undefined> {
  const update = taking(places);
  const room = { expression: 'used <= :most', values: { ':most': limit - places } };
  const bound = places > limit ? room : { ...room, expression: `attribute_not_exists(used) OR ${room.expression}` };
  try {
    await access.update(accessKeys.quota(tenant.reference, resource), update, limit < 0 ? undefined : bound);
    return undefined;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return rowBefore(error) ?? (await access.get(accessKeys.quota(tenant.reference, resource))) ?? {};
  }
}

/** Sets the count right, unless somebody took a place or announced an end since it was seen. */
async function recount(tenant: Tenant, resource: CountedResource, seen: QuotaRow, counted: number): Promise<void> {
  const now = Date.now();
  const update = { expression: 'SET used = :counted, touchedAt = :now', values: { ':counted': counted, ':now': now } };
  const values = { ':used': seen.used, ':at': seen.touchedAt };
  const unchanged = { expression: 'used = :used AND touchedAt = :at', values };
  await access.update(accessKeys.quota(tenant.reference, resource), update, unchanged).catch(unlessChanged);
}

/** Takes places whether or not there are any, for what the operator makes; others find them taken. */
export async function occupyQuota(tenant: Tenant, resource: CountedResource, places = 1): Promise<void> {
  await take(tenant, resource, -1, places);
}

/** The same in the transaction that makes them, so that neither happens without the other. */
export function occupyQuotaIn(
  transaction: Transaction,
  tenant: TenantReference,
  resource: CountedResource,
  places = 1,
): void {
  transaction.update(access, accessKeys.quota(tenant, resource), taking(places));
}

/** Says that a use is about to end, so that nobody counts again between its end and `releaseQuota`. */
export async function announceRelease(tenant: Tenant, resource: CountedResource): Promise<void> {
  const update = { expression: 'SET touchedAt = :now', values: { ':now': Date.now() } };
  await access.update(accessKeys.quota(tenant.reference, resource), update);
}

/** Gives places back. */
export async function releaseQuota(tenant: Tenant, resource: CountedResource, places = 1): Promise<void> {
  const update = { expression: 'ADD used :less', values: { ':less': -places } };
  await access.update(accessKeys.quota(tenant.reference, resource), update);
}
