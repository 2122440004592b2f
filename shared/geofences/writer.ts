import { v7 as uuidv7 } from 'uuid';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import type { Once } from '../http/idempotency.ts';
import { log } from '../log/log.ts';
import { recordEvent } from '../outbox/event.ts';
import { problem } from '../problems/problem.ts';
import { isRace, LostRace } from '../table/faults.ts';
import { mainKeys } from '../table/keys.ts';
import { backoff, type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { releaseQuota, reserveQuota } from '../tenancy/quota.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { requireRunnable } from './action.ts';
import { eventChanges } from './changes.ts';
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
import {
  deletePostings,
  maySweepNow,
  planNewShape,
  planSameShape,
  putPostings,
  requireRoomInCells,
} from './postings.ts';
import { noSuchGeofence } from './reader.ts';
import { type BodyRow, bodyRow, indexAttributes, readBody, thinRow } from './rows.ts';
import { sweepWorker } from './sweep-message.ts';
import { sweep } from './sweeper.ts';
import type { GeofenceFields } from './wire.ts';

/** Lost races are read again and retried so often before the caller is asked to come back. */
const maxAttempts = 8;

const main = new Table('main');

type Shown = ReturnType<typeof showFence>;

const lostRace = () => new LostRace();

class GeofenceWriter {
  async create(caller: Caller, given: GeofenceFields & { readonly name: string }, once: Once): Promise<Shown> {
    const { tenant } = caller;
    requireRunnable(caller, given.action);
    const now = Date.now();
    const draft = draftFence(uuidv7(), given, now);
    const { index, postings } = planNewShape(draft, unindexed, now);
    const fence = { ...draft, index };
    await requireRoomInCells(tenant, index.cover);
    await reserveQuota(tenant, 'geofences');
    try {
      const transaction = new Transaction();
      transaction.put(main, mainKeys.geofence(tenant.reference, fence.id), thinRow(fence));
      transaction.put(main, mainKeys.geofenceBody(tenant.reference, fence.id), bodyRow(fence));
      putPostings(transaction, tenant, fence, postings);
      claimExternalId(transaction, tenant, undefined, fence);
      recordGeofenceEvent(transaction, caller, undefined, fence);
      once.record(transaction, { status: 201, body: showFence(tenant, fence) });
      await commitWithRetry(transaction);
    } catch (error) {
      await giveBack(tenant);
      throw error;
    }
    return showFence(tenant, fence);
  }

  /** Replaces (`replace`) or merges (`patch`) a body into a fence. A lost race is read again, or is 412 with `ifMatch`. */
  async update(
    caller: Caller,
    id: string,
    given: GeofenceFields,
    mode: ChangeMode,
    ifMatch: VersionMatch | undefined,
  ): Promise<Shown> {
    requireRunnable(caller, given.action);
    return await this.#retrying(caller.tenant, id, ifMatch, async (fence) => {
      const next = changeFence(fence, given, mode, Date.now());
      return showFence(caller.tenant, next === fence ? fence : await this.#write(caller, fence, next));
    });
  }

  async delete(caller: Caller, id: string, ifMatch: VersionMatch | undefined): Promise<void> {
    const { tenant } = caller;
    await this.#retrying(tenant, id, ifMatch, async (fence) => {
      const transaction = new Transaction();
      transaction.delete(main, mainKeys.geofenceBody(tenant.reference, id), atVersion(fence), lostRace);
      transaction.delete(main, mainKeys.geofence(tenant.reference, id));
      deletePostings(transaction, tenant.reference, id, [...fence.index.cover, ...fence.index.stale]);
      claimExternalId(transaction, tenant, fence, undefined);
      recordGeofenceEvent(transaction, caller, fence, undefined);
      await transaction.commit();
    });
    await giveBack(tenant);
  }

  /** Reads the fence, checks the precondition and acts; again where another writer came first. */
  async #retrying<T>(
    tenant: Tenant,
    id: string,
    ifMatch: VersionMatch | undefined,
    act: (fence: Fence) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const row = await main.get<BodyRow>(mainKeys.geofenceBody(tenant.reference, id));
      if (!row) throw noSuchGeofence();
      requireVersion(ifMatch, row.version);
      try {
        return await act(readBody(row));
      } catch (error) {
        if (!isRace(error)) throw error;
        await backoff(attempt);
      }
    }
    const detail = 'Many writers change this geofence at once. Try again.';
    throw problem('SERVICE_UNAVAILABLE', detail, { dependency: 'database' }, { retryAfterSeconds: 1 });
  }

  async #write(caller: Caller, before: Fence, next: Fence): Promise<Fence> {
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
    const body = mainKeys.geofenceBody(tenant.reference, after.id);
    transaction.update(main, body, setAll(changedAttributes(before, after)), atVersion(before), lostRace);
    if (JSON.stringify(thinRow(before)) !== JSON.stringify(thinRow(after))) {
      transaction.put(main, mainKeys.geofence(tenant.reference, after.id), thinRow(after));
    }
    claimExternalId(transaction, tenant, before, after);
    recordGeofenceEvent(transaction, caller, before, after);
    await transaction.commit();
    return after;
  }

  /** The fence without stale cells where they may go already, so that a new cover finds room. */
  async #swept(tenant: Tenant, fence: Fence): Promise<Fence> {
    if (!maySweepNow(fence.index, Date.now())) return fence;
    await sweep(tenant.reference, fence.id, fence.index);
    return { ...fence, index: { ...fence.index, stale: [] } };
  }
}

/** A place that cannot be given back is found by the nightly recount; the caller's answer stands. */
async function giveBack(tenant: Tenant): Promise<void> {
  await releaseQuota(tenant, 'geofences').catch((error: unknown) => {
    log().warn('geofence quota not given back', { tenant: tenant.id, error: String(error) });
  });
}

const atVersion = (fence: Fence) => ({
  expression: '#version = :version',
  names: { '#version': 'version' },
  values: { ':version': fence.version },
});

/** Attributes to write: those that differ, and the index's own only with the index, which clean-up may shrink meanwhile. */
function changedAttributes(before: Fence, after: Fence): Row {
  const rows = [bodyRow(before), bodyRow(after)] as const;
  const index = Object.keys(indexAttributes(after));
  const written = before.index === after.index ? [] : index;
  const differs = (name: string) => JSON.stringify(rows[0][name]) !== JSON.stringify(rows[1][name]);
  const names = Object.keys(rows[1]).filter((name) => (index.includes(name) ? written.includes(name) : differs(name)));
  return Object.fromEntries(names.map((name) => [name, rows[1][name]]));
}

function setAll(attributes: Row) {
  const entries = Object.entries(attributes);
  return {
    expression: `SET ${entries.map((_, i) => `#s${i} = :s${i}`).join(', ')}`,
    names: Object.fromEntries(entries.map(([name], i) => [`#s${i}`, name])),
    values: Object.fromEntries(entries.map(([, value], i) => [`:s${i}`, value])),
  };
}

/** Moves the guard row that keeps an external id unique in the workspace. */
function claimExternalId(
  transaction: Transaction,
  tenant: Tenant,
  before: Fence | undefined,
  after: Fence | undefined,
): void {
  const [old, fresh] = [before?.externalId ?? null, after?.externalId ?? null];
  if (old === fresh) return;
  const guard = (externalId: string) => mainKeys.geofenceExternalId(tenant.reference, externalId);
  if (old !== null) transaction.delete(main, guard(old));
  if (fresh === null) return;
  transaction.put(main, guard(fresh), { id: after?.id }, { expression: 'attribute_not_exists(pk)' }, async () => {
    const holder = await main.get<{ id: string }>(guard(fresh));
    if (!holder) return lostRace(); // given up between the two looks
    return problem('EXTERNAL_ID_EXISTS', `Another geofence has the externalId "${fresh}".`, { id: holder.id });
  });
}

function recordGeofenceEvent(
  transaction: Transaction,
  caller: Caller,
  before: Fence | undefined,
  after: Fence | undefined,
): void {
  const fence = after ?? before;
  if (!fence) return;
  const stale = after && after.index !== before?.index && after.index.stale.length > 0;
  const message = { tenant: caller.tenant.reference, geofenceId: fence.id, indexVersion: fence.index.version };
  recordEvent(transaction, caller, {
    type: !before ? 'geofence.created' : after ? 'geofence.updated' : 'geofence.deleted',
    resourceType: 'geofence',
    resourceId: fence.id,
    changes: eventChanges(before, after),
    ...(stale ? { handOver: { worker: sweepWorker, message } } : {}),
  });
}

/** A create meets races only on the guard of its external id; the same transaction may then pass. */
async function commitWithRetry(transaction: Transaction): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction.commit();
    } catch (error) {
      if (attempt >= maxAttempts || !isRace(error)) throw error;
      await backoff(attempt);
    }
  }
}

export const writeGeofences = defineCapability({
  tables: {
    main: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
    cells: ['Query', 'PutItem', 'DeleteItem'],
    access: ['UpdateItem'],
  },
  open: () => new GeofenceWriter(),
});
