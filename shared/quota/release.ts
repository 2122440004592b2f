import { log } from '../log/log.ts';
import { setAll } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { quotaKeys } from '../table/keys/quota.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { newReleaseMark, type Quota, releasesOf, settledMilliseconds } from './record.ts';

/**
 * A release takes two writes: it is announced before the thing is deleted, and made after that. The announcement leaves
 * a mark in the row, which the release removes as it lowers the count. A release therefore counts once, even if the
 * database client repeats it after a lost response. It does not count after a recount, which removes all marks and has
 * seen that the thing is gone.
 *
 * Neither write ever throws: a thing is deleted even if its quota cannot be updated. A recount corrects missing
 * releases when the limit is reached.
 */

const access = new Table('access');

/** The number of marks of crashed writers that one release removes with its own. */
const mostRemoved = 50;

export interface Announced {
  readonly mark: string;
  /** Marks of writers that crashed. */
  readonly stale: readonly string[];
}

/**
 * To be called before a thing is deleted; it prevents a recount until then. Undefined when the mark could not be
 * written. Then nothing is released, since a recount may already have seen that the thing is gone.
 */
export async function announceRelease(tenant: Tenant, quota: Quota): Promise<Announced | undefined> {
  const mark = newReleaseMark();
  const now = Date.now();
  try {
    const row = await touch(tenant, quota, { [mark]: now });
    const stale = releasesOf(row).filter(({ at }) => now - at > settledMilliseconds);
    return { mark, stale: stale.slice(0, mostRemoved).map((release) => release.mark) };
  } catch (error) {
    warn(tenant, quota, error);
    return undefined;
  }
}

/** To be called after the thing was deleted. */
export async function release(
  tenant: Tenant,
  quota: Quota,
  announced: Announced | undefined,
  amount = 1,
): Promise<void> {
  if (!announced) return;
  const removed = Object.fromEntries([announced.mark, ...announced.stale].map((name, i) => [`#m${i}`, name]));
  const update = {
    expression: `ADD used :less REMOVE ${Object.keys(removed).join(', ')}`,
    names: removed,
    values: { ':less': -amount },
  };
  const once = { expression: 'attribute_exists(#m0) AND used >= :amount', values: { ':amount': amount } };
  const key = quotaKeys.quota(tenant.reference, quota.resource);
  await retryingRaces(() => access.update(key, update, once))
    .catch(unlessChanged)
    .catch((error: unknown) => warn(tenant, quota, error));
}

/** Releases what was reserved for things that certainly were not created. */
export async function releaseUnused(tenant: Tenant, quota: Quota, amount = 1): Promise<void> {
  await release(tenant, quota, await announceRelease(tenant, quota), amount);
}

/** To be called before one thing replaces another; it prevents a recount meanwhile. */
export async function announceReplacement(tenant: Tenant, quota: Quota): Promise<void> {
  await touch(tenant, quota);
}

async function touch({ reference }: Tenant, { resource }: Quota, more: Readonly<Record<string, number>> = {}) {
  const update = setAll({ ...more, touchedAt: Date.now() });
  return await retryingRaces(() => access.update(quotaKeys.quota(reference, resource), update));
}

function warn({ id }: Tenant, { resource }: Quota, error: unknown): void {
  log().warn('quota not updated', { resource, tenant: id, error: String(error) });
}
