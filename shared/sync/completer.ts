import type { Geocode } from '../geocoding/geocode.ts';
import { postponed } from '../geocoding/geocode.ts';
import { geocodesOf, isDone, readRun } from '../geocoding/run.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Entry, type Numbered, readChanges, writeChanges } from './changes.ts';
import { planItem } from './planning.ts';
import { moveSyncPlan, type SyncPlanRow } from './record.ts';
import { fencesNamed } from './stored.ts';

/** Completes a sync plan with the addresses that were looked up for it. */

export async function completeSyncPlan(tenant: TenantReference, plan: SyncPlanRow): Promise<void> {
  const run = await readRun(tenant, plan.id);
  if (!run || !isDone(run)) throw new Error(`Plan ${plan.id} is not geocoded`);
  const geocodes = await geocodesOf(tenant, plan.id, run);
  const { attempt, sizes, counts } = await writeChanges(tenant, plan, completed(tenant, plan, geocodes));
  const unchanged = plan.counts.unchanged + counts.unchanged;
  await moveSyncPlan(tenant, plan, { state: 'READY', attempt, sizes, counts: { ...counts, unchanged } });
}

/** @param geocodes results for the items that wait for one, in their order */
async function* completed(
  tenant: TenantReference,
  plan: SyncPlanRow,
  geocodes: readonly (Geocode | undefined)[],
): AsyncGenerator<Entry | 'unchanged'> {
  let next = 0;
  for await (const entries of readChanges<Entry>(tenant, plan)) {
    const fences = await fencesOf(tenant, entries);
    for (const { change } of entries) {
      if (change.op !== 'pending') {
        yield change;
        continue;
      }
      const { item } = change;
      const planned = planItem(item, fences.get(item.externalId), plan, geocodes[next++] ?? postponed('unavailable'));
      if (planned === 'address unknown') throw new Error(`Plan ${plan.id} lacks an address`);
      yield planned;
    }
  }
}

/** The geofences that the waiting items name, as they are now. The changes of the plan are for these versions. */
async function fencesOf(tenant: TenantReference, entries: readonly Numbered<Entry>[]) {
  const names = entries.flatMap(({ change }) => (change.op === 'pending' ? [change.item.externalId] : []));
  const fences = await fencesNamed(tenant, names);
  return new Map(names.map((name, i) => [name, fences[i]]));
}
