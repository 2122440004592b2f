import type { Caller } from '../auth/caller.ts';
import { ActionCheck } from '../geofences/action.ts';
import type { Fence } from '../geofences/fence.ts';
import { problem } from '../problems/problem.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Change, draftOf, patchOf } from './change.ts';
import { type Numbered, readChanges } from './changes.ts';
import type { SyncPlanRow } from './record.ts';
import { fencesWith, holdersOf, portions } from './stored.ts';

/** Before the first write: whether a sync plan still matches what is stored. */

/** The most ids that one response names. */
const mostNamed = 1000;

/**
 * @throws SYNC_PLAN_STALE when a geofence of the plan was changed or deleted, or one that it would create exists
 *   already
 * @throws SCOPE_MISSING, VALIDATION_ERROR when this caller may not save an action of the plan
 */
export async function verifySyncPlan(caller: Caller, plan: SyncPlanRow): Promise<void> {
  const { reference } = caller.tenant;
  const stale: string[] = [];
  const actions = new ActionCheck(caller);
  for await (const changes of readChanges(reference, plan)) {
    for (const portion of portions(changes)) {
      stale.push(...(await changedSince(caller, actions, portion)), ...(await madeSince(reference, portion)));
    }
  }
  if (stale.length === 0) return;
  const detail =
    'Geofences of this sync plan have changed since it was computed, and nothing was applied: make a new sync plan.';
  throw problem('SYNC_PLAN_STALE', detail, { geofence_ids: stale.slice(0, mostNamed) });
}

/** Ids of geofences that the plan would change or delete, and that have changed since. */
async function changedSince(caller: Caller, actions: ActionCheck, changes: readonly Numbered[]): Promise<string[]> {
  const versions = changes.flatMap(({ change }) => (change.op === 'update' || change.op === 'delete' ? [change] : []));
  const fences = await fencesWith(
    caller.tenant.reference,
    versions.map(({ geofenceId }) => geofenceId),
  );
  const stored = new Map(fences.map((fence) => [fence.id, fence]));
  for (const { change } of changes) await requireRunnableIn(actions, change, stored);
  return versions.flatMap(({ geofenceId, fromVersion }) =>
    stored.get(geofenceId)?.version === fromVersion ? [] : [geofenceId],
  );
}

/** Ids of geofences that have an external id under which the plan would create one. */
async function madeSince(tenant: TenantReference, changes: readonly Numbered[]): Promise<string[]> {
  const names = changes.flatMap(({ change }) => (change.op === 'create' ? [change.externalId] : []));
  return (await holdersOf(tenant, names)).filter((id) => id !== undefined);
}

async function requireRunnableIn(actions: ActionCheck, change: Change, stored: ReadonlyMap<string, Fence>) {
  if (change.op === 'create') await actions.requireRunnable(draftOf(change).action);
  if (change.op === 'update') {
    await actions.requireRunnable(patchOf(change).action, stored.get(change.geofenceId)?.action);
  }
}
