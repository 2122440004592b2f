import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { countLookUps } from '../geocoding/budget.ts';
import { readRun, resumeRun, startRun } from '../geocoding/run.ts';
import { ActionCheck } from '../geofences/action.ts';
import type { Fence } from '../geofences/fence.ts';
import { readShape } from '../geofences/shape.ts';
import type { Once } from '../http/once.ts';
import { ChunkMessage } from '../messages/geocode.ts';
import { SyncMessage, syncRequest } from '../messages/sync.ts';
import { invalidFields, Problem, problem } from '../problems/problem.ts';
import { featureNotEnabled } from '../tenancy/feature.ts';
import { geocodingOf } from '../tenancy/geocoding-settings.ts';
import { mostItemsOf } from '../tenancy/workspace-record.ts';
import { type Entry, readChanges, writeChanges } from './changes.ts';
import { planItem } from './planning.ts';
import { createSyncPlan, lifeFrom, readSyncPlan, type SyncPlanRow } from './record.ts';
import { deletionsOf, fencesNamed, idsToDelete, portions } from './stored.ts';
import { awaitSyncPlan } from './waiting.ts';
import type { SyncItem, SyncPlanRequest } from './wire.ts';

type Given = SyncPlanRequest;

/**
 * Plans what a list of sites would change. The stored geofences are read once, in the request. Only addresses are left
 * to the workers: the worker of sync plans adds their results to the plan.
 */
class SyncPlanner {
  /**
   * @param until how long the request waits, in milliseconds since 1970
   * @returns the plan, which may be `COMPUTING`
   */
  async plan(caller: Caller, given: Given, { objectId }: Pick<Once, 'objectId'>, until: number): Promise<SyncPlanRow> {
    requireAddresses(caller, given.items);
    const { reference } = caller.tenant;
    // A request that is repeated after a crash finds the plan that it made.
    const plan = (await readSyncPlan(reference, objectId)) ?? (await this.#compute(caller, given, objectId));
    if (plan.state !== 'COMPUTING') return plan;
    await this.#geocode(caller, plan, until > Date.now());
    return await awaitSyncPlan(reference, plan, 'COMPUTING', until);
  }

  async #compute(caller: Caller, given: Given, id: string): Promise<SyncPlanRow> {
    const { reference: tenant } = caller.tenant;
    const { createMissing, updateExisting, deleteMissing, scope, maxDeleteFraction } = given;
    const life = lifeFrom(Date.now());
    const named = new Set(given.items.map(({ externalId }) => externalId));
    const gone = deleteMissing && scope ? await idsToDelete({ tenant, scope, named, maxDeleteFraction }) : [];
    async function* entries(): AsyncGenerator<Entry | 'unchanged'> {
      yield* entriesOf(caller, given);
      yield* deletionsOf(tenant, gone, named);
    }
    const { pending, ...written } = await writeChanges(tenant, { id, ...life }, entries());
    await countLookUps(tenant, pending);
    const state = pending > 0 ? 'COMPUTING' : 'READY';
    const plan = { id, state, createMissing, updateExisting, ...written, ...life, appliedAt: null } as const;
    return await createSyncPlan(tenant, plan);
  }

  /**
   * Has the addresses of a plan looked up. Sends the messages again if there is a run, because the request that began
   * it may have crashed.
   */
  async #geocode({ tenant, workspace }: Caller, plan: SyncPlanRow, waitedFor: boolean): Promise<void> {
    const { reference } = tenant;
    const run = await readRun(reference, plan.id);
    if (run) return await resumeRun(reference, plan.id, run);
    const addresses: string[] = [];
    for await (const numbered of readChanges<Entry>(reference, plan)) {
      for (const { change } of numbered) if (change.op === 'pending') addresses.push(change.item.address!);
    }
    const whenDone = syncRequest(reference, plan.id);
    const settings = geocodingOf(workspace);
    await startRun(reference, plan.id, { addresses, settings, until: null, waitedFor, whenDone });
  }
}

async function* entriesOf(caller: Caller, given: Given): AsyncGenerator<Entry | 'unchanged'> {
  const actions = new ActionCheck(caller);
  let index = 0;
  for (const items of portions(given.items)) {
    const fences = await fencesNamed(
      caller.tenant.reference,
      items.map(({ externalId }) => externalId),
    );
    for (const [i, item] of items.entries()) {
      yield await inItem(index, () => entryOf(actions, item, fences[i], given));
      index += 1;
    }
  }
}

async function entryOf(
  actions: ActionCheck,
  item: SyncItem,
  stored: Fence | undefined,
  given: Given,
): Promise<Entry | 'unchanged'> {
  await actions.requireRunnable(item.action, stored?.action);
  if (item.geometry !== undefined && item.geometry !== null) readShape(item.geometry);
  const planned = planItem(item, stored, given);
  return planned === 'address unknown' ? { op: 'pending', item } : planned;
}

/** Reports failures with their place in the request. */
async function inItem<T>(index: number, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'VALIDATION_ERROR') throw error;
    if (!error.fields) throw new Problem(error.code, error.message, { ...error.details, index });
    throw invalidFields(
      error.fields.map((field) => ({ ...field, loc: ['body', 'items', index, ...field.loc.slice(1)] })),
    );
  }
}

/** Addresses cost money, so they need the same feature as a bulk import, and have the same limit. */
function requireAddresses({ tenant, workspace }: Caller, items: readonly SyncItem[]): void {
  const requested = items.filter(({ address }) => address !== undefined).length;
  if (requested === 0) return;
  if (!tenant.features.includes('BULK_IMPORT')) throw featureNotEnabled('BULK_IMPORT');
  const allowed = mostItemsOf(workspace);
  if (requested <= allowed) return;
  const details = { max_items: allowed, requested_items: requested };
  throw problem('BATCH_TOO_LARGE', `Batch too large: ${requested} addresses > ${allowed}`, details);
}

export const planSync = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'], access: ['UpdateItem'] },
  sendsTo: [ChunkMessage, SyncMessage],
  open: () => new SyncPlanner(),
});
