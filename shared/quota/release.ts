import { log } from '../log/log.ts';
import { setAll } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { quotaKeys } from '../table/keys/quota.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { newReleaseMark, type Quota, releasesOf, settledMilliseconds } from './record.ts';

/**
 * A release in two writes: it is announced before its thing ends, and happens once the thing has ended. The announcement
 * leaves a mark in the row, which the release removes as it lowers the count. So a release counts once however often the
 * database client repeats it after a lost answer, and not at all once a recount, which removes all marks, has seen that
 * the thing is gone.
 *
 * Neither ever throws: a thing ends whether or not its quota can be updated. What is not released is found by a recount
 * when the limit is reached.
 */

const access = new Table('access');

/** Marks of dead writers that one release removes beside its own. */
const mostRemoved = 50;

export interface Announced {
  readonly mark: string;
  /** Marks of writers that died. */
  readonly stale: readonly string[];
}

/**
 * To be called before a thing ends: until it has ended, nobody may recount. Undefined where that could not be written;
 * then nothing is released either, since a recount may have seen already that the thing is gone.
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

/** To be called after the thing has ended. */
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

/** Releases what was reserved for things that surely were not made. */
export async function releaseUnused(tenant: Tenant, quota: Quota, amount = 1): Promise<void> {
  await release(tenant, quota, await announceRelease(tenant, quota), amount);
}

/** To be called before one thing replaces another: while it does, nobody may recount. */
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
