import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { type Recording, unrecorded } from '../http/once.ts';
import { sameJson } from '../json/equality.ts';
import { SweepMessage } from '../messages/sweep-cells.ts';
import { UnlinkMessage } from '../messages/unlink.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { type Announced, announceRelease, release } from '../quota/release.ts';
import { reserveFor } from '../quota/reserve.ts';
import { setAll } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { readEffects, requireRunnable } from './action.ts';
import {
  type ChangeMode,
  changedFields,
  changeFence,
  draftFence,
  type Fence,
  showFence,
  touchesIndex,
  unindexed,
} from './fence.ts';
import { planNewShape, planSameShape, putPostings, requireRoomInCells } from './postings.ts';
import { geofenceQuota } from './quota.ts';
import { type BodyRow, indexAttributes, readBody } from './rows.ts';
import { requireReadable } from './shape.ts';
import { deletePostings, maySweepNow } from './stale.ts';
import { sweep } from './sweeper.ts';
import { thinRow } from './thin-row.ts';
import type { GeofenceFields } from './wire.ts';
import {
  atVersion,
  changedAttributes,
  claimExternalId,
  putFence,
  recordGeofenceEvent,
  sweepOf,
  withConflictFirst,
} from './writes.ts';

const main = new Table('main');

type Shown = ReturnType<typeof showFence>;

/** The caller who writes, with the scopes that decide which actions may be saved. */
export type Writing = Actor & Pick<Caller, 'scopes'>;

export class GeofenceWriter {
  async create(caller: Writing, given: GeofenceFields & { readonly name: string }, once: Recording): Promise<Shown> {
    const { tenant } = caller;
    requireRunnable(caller, given.action);
    const now = Date.now();
    const draft = draftFence(newId(now), given, now);
    const { index, postings } = planNewShape(draft, unindexed, now);
    const fence = { ...draft, index };
    const shown = showFence(tenant, fence);
    const transaction = new Transaction();
    putFence(transaction, caller, fence, postings);
    once.record(transaction, { status: 201, body: shown });
    await withConflictFirst(tenant, fence.externalId, async () => {
      await requireRoomInCells(tenant, index.cover);
      // A race is possible only on the guard of the external id. A retry of the same transaction may then pass.
      await reserveFor(tenant, geofenceQuota, () => retryingRaces(() => transaction.commit()));
    });
    return shown;
  }

  /**
   * Replaces a fence with a body (`replace`) or merges the body into it (`patch`). After a lost race the fence is read
   * again; with `ifMatch` the answer is 412.
   */
  async update(
    caller: Writing,
    id: string,
    given: GeofenceFields,
    mode: ChangeMode,
    ifMatch: VersionMatch | undefined,
    once: Recording = unrecorded,
  ): Promise<Shown> {
    requireReadable(given); // reports what is invalid in itself before anything is read
    readEffects(given.action);
    return await this.#retrying(caller.tenant, id, ifMatch, async (fence) => {
      requireRunnable(caller, given.action, fence.action);
      const next = changeFence(fence, given, mode, Date.now());
      return showFence(caller.tenant, next === fence ? fence : await this.#write(caller, fence, next, once));
    });
  }

  async delete(
    caller: Actor,
    id: string,
    ifMatch: VersionMatch | undefined,
    once: Recording = unrecorded,
  ): Promise<void> {
    const { tenant } = caller;
    let announced: Announced | undefined;
    await this.#retrying(tenant, id, ifMatch, async (fence) => {
      announced ??= await announceRelease(tenant, geofenceQuota);
      const transaction = new Transaction();
      transaction.delete(main, geofenceKeys.body(tenant.reference, id), atVersion(fence), lostRace);
      transaction.delete(main, geofenceKeys.thin(tenant.reference, id));
      deletePostings(transaction, tenant.reference, id, [...fence.index.cover, ...fence.index.stale]);
      claimExternalId(transaction, tenant, fence, undefined);
      recordGeofenceEvent(transaction, caller, fence, undefined);
      once.record(transaction, { status: 204, body: undefined });
      await transaction.commit();
    });
    await release(tenant, geofenceQuota, announced);
  }

  /**
   * Writes a fence's postings anew, as a change of its shape would, without changing the fence. Does nothing when the
   * fence is gone.
   */
  async reindex(caller: Actor, id: string): Promise<void> {
    const { tenant } = caller;
    const act = async (before: Fence) => {
      const { index, postings } = planNewShape(before, before.index, Date.now());
      const after = { ...before, index };
      const transaction = new Transaction();
      putPostings(transaction, tenant, after, postings);
      const key = geofenceKeys.body(tenant.reference, id);
      transaction.update(main, key, setAll(indexAttributes(after)), atVersion(before), lostRace);
      const event = { action: 'geofence.reindex', resourceType: 'geofence', resourceId: id, changes: {} };
      recordEvent(transaction, caller, { ...event, ...sweepOf(tenant, after) });
      await transaction.commit();
    };
    await this.#retrying(tenant, id, undefined, act).catch((error: unknown) => {
      if (!(error instanceof Problem && error.code === 'NOT_FOUND')) throw error;
    });
  }

  /** Reads the fence, checks the precondition and acts; repeats this when another writer was first. */
  async #retrying<T>(
    tenant: Tenant,
    id: string,
    ifMatch: VersionMatch | undefined,
    act: (fence: Fence) => Promise<T>,
  ): Promise<T> {
    return await retryingRaces(async () => {
      const row = await main.get<BodyRow>(geofenceKeys.body(tenant.reference, id));
      if (!row) throw notFound('geofence');
      requireVersion(ifMatch, row.version);
      return await act(readBody(row));
    });
  }

  async #write(caller: Actor, before: Fence, next: Fence, once: Recording): Promise<Fence> {
    const { tenant } = caller;
    const changed = changedFields(before, next);
    const transaction = new Transaction();
    let after = next;
    if (touchesIndex(changed)) {
      const from = await this.#swept(tenant, before);
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
    claimExternalId(transaction, tenant, before, after);
    recordGeofenceEvent(transaction, caller, before, after);
    once.record(transaction, { status: 200, body: showFence(tenant, after) });
    await transaction.commit();
    return after;
  }

  /** The fence without the stale cells that may already be removed, so that a new cover has room. */
  async #swept(tenant: Tenant, fence: Fence): Promise<Fence> {
    if (!maySweepNow(fence.index, Date.now())) return fence;
    await sweep(tenant.reference, fence.id, fence.index);
    return { ...fence, index: { ...fence.index, stale: [] } };
  }
}

export const writeGeofences = defineCapability({
  tables: {
    main: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    cells: ['Query', 'PutItem', 'DeleteItem'],
    access: ['UpdateItem', 'GetItem'],
  },
  handsTo: [SweepMessage, UnlinkMessage],
  open: () => new GeofenceWriter(),
});
