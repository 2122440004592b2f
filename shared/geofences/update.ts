import { defineCapability } from '../capability/capability.ts';
import type { VersionMatch } from '../http/conditional.ts';
import { type Recording, unrecorded } from '../http/once.ts';
import { sameJson } from '../json/equality.ts';
import { SweepMessage } from '../messages/sweep-cells.ts';
import type { Actor } from '../outbox/event.ts';
import { setAll } from '../table/expressions.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { requireRunnable, type Writing } from './action.ts';
import { moveCrossing } from './crossing-list.ts';
import { readEffects } from './effects.ts';
import { type ChangeMode, changedFields, changeFence, type Fence, showFence, touchesIndex } from './fence.ts';
import type { Shown } from './fence-page.ts';
import { planNewShape, planSameShape, putPostings, requireRoomInCells } from './postings.ts';
import { requireReadable } from './shape.ts';
import { maySweepNow } from './stale.ts';
import { sweep } from './sweeper.ts';
import { thinRow } from './thin-row.ts';
import type { GeofenceFields } from './wire.ts';
import { atVersion, changedAttributes, claimExternalId, recordGeofenceEvent, withFence } from './writes.ts';

const main = new Table('main');

/**
 * Replaces a fence with a body (`replace`) or merges the body into it (`patch`). After a lost race the fence is read
 * again; with `ifMatch` the caller then gets 412.
 */
export async function update(
  caller: Writing,
  id: string,
  given: GeofenceFields,
  mode: ChangeMode,
  ifMatch: VersionMatch | undefined,
  once: Recording = unrecorded,
): Promise<Shown> {
  requireReadable(given); // reports what is invalid in itself before anything is read
  readEffects(given.action);
  return await withFence(caller.tenant, id, ifMatch, async (fence) => {
    await requireRunnable(caller, given.action, fence.action);
    const next = changeFence(fence, given, mode, Date.now());
    return showFence(caller.tenant, next === fence ? fence : await write(caller, fence, next, once));
  });
}

async function write(caller: Actor, before: Fence, next: Fence, once: Recording): Promise<Fence> {
  const { tenant } = caller;
  const changed = changedFields(before, next);
  const transaction = new Transaction();
  let after = next;
  if (touchesIndex(changed)) {
    const from = await swept(tenant, before);
    const plan = (changed.includes('shape') ? planNewShape : planSameShape)(next, from.index, Date.now());
    const known = new Set([...from.index.cover, ...from.index.stale]);
    await requireRoomInCells(
      tenant,
      plan.index.cover.filter((cell) => !known.has(cell)),
    );
    after = { ...next, index: plan.index };
    putPostings(transaction, tenant, after, plan.postings);
  }
  const body = geofenceKeys.body(tenant.reference, after.id);
  transaction.update(main, body, setAll(changedAttributes(before, after)), atVersion(before), lostRace);
  const thin = thinRow(tenant.reference, after);
  if (!sameJson(thinRow(tenant.reference, before), thin)) {
    transaction.put(main, geofenceKeys.thin(tenant.reference, after.id), thin);
  }
  moveCrossing(transaction, tenant.reference, before, after);
  claimExternalId(transaction, tenant, before, after);
  recordGeofenceEvent(transaction, caller, before, after);
  once.record(transaction, { status: 200, body: showFence(tenant, after) });
  await transaction.commit();
  return after;
}

/** The fence without the stale cells that may already be removed, so that a new cover has room. */
async function swept(tenant: Tenant, fence: Fence): Promise<Fence> {
  if (!maySweepNow(fence.index, Date.now())) return fence;
  await sweep(tenant.reference, fence.id, fence.index);
  return { ...fence, index: { ...fence.index, stale: [] } };
}

export const changeGeofences = defineCapability({
  tables: {
    main: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
    cells: ['Query', 'PutItem', 'DeleteItem'],
  },
  handsTo: [SweepMessage],
  open: () => ({ update }),
});
