import { setAll } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { accessKeys } from '../table/keys.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type CountedResource, newReleaseMark, releasesOf, settledMilliseconds } from './record.ts';

/**
 * A release in two writes: it is announced before its thing ends, and happens once the thing has ended. The announcement
 * leaves a mark in the row, which the release removes as it lowers the count. So a release counts once however often the
 * database client repeats it after a lost answer, and not at all once a recount, which removes all marks, has seen that
 * the thing is gone.
 */

const access = new Table('access');

/** Marks of dead writers that one release removes beside its own. */
const mostRemoved = 50;

export interface Announced {
  readonly mark: string;
  /** Marks that writers have left which died. */
  readonly stale: readonly string[];
}

/** Tells that a thing is about to end, so that nobody recounts between its end and its release. */
export async function announceRelease(tenant: Tenant, resource: CountedResource): Promise<Announced> {
  const mark = newReleaseMark();
  const now = Date.now();
  const row = await touch(tenant, resource, { [mark]: now });
  const stale = releasesOf(row).filter(({ at }) => now - at > settledMilliseconds);
  return { mark, stale: stale.slice(0, mostRemoved).map((release) => release.mark) };
}

/** The same where one thing replaces another, and nothing is released. */
export async function announceReplacement(tenant: Tenant, resource: CountedResource): Promise<void> {
  await touch(tenant, resource);
}

async function touch({ reference }: Tenant, resource: CountedResource, more: Record<string, number> = {}) {
  const update = setAll({ ...more, touchedAt: Date.now() });
  return await retryingRaces(() => access.update(accessKeys.quota(reference, resource), update));
}

export async function releaseQuota(
  { reference }: Tenant,
  resource: CountedResource,
  { mark, stale }: Announced,
  amount = 1,
): Promise<void> {
  const removed = Object.fromEntries([mark, ...stale].map((name, i) => [`#m${i}`, name]));
  const update = {
    expression: `ADD used :less REMOVE ${Object.keys(removed).join(', ')}`,
    names: removed,
    values: { ':less': -amount },
  };
  const once = { expression: 'attribute_exists(#m0) AND used >= :amount', values: { ':amount': amount } };
  await retryingRaces(() => access.update(accessKeys.quota(reference, resource), update, once)).catch(unlessChanged);
}
