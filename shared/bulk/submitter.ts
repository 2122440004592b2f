import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { countLookUps } from '../geocoding/budget.ts';
import { readRun, resumeRun, startRun } from '../geocoding/run.ts';
import type { Once } from '../http/once.ts';
import { DecideMessage, decideRequest } from '../messages/decide-batch.ts';
import { ChunkMessage } from '../messages/geocode.ts';
import { problem } from '../problems/problem.ts';
import { geocodingOf } from '../tenancy/geocoding-settings.ts';
import { type BulkItem, itemsOf, needsGeocode } from './item.ts';
import { type BatchRow, createBatch, type Deadlines, readBatch, readDecided } from './record.ts';
import { resultsOf } from './results.ts';
import { awaitEnd, deadlinesFrom } from './waiting.ts';
import type { BulkCreateRequest, BulkResult } from './wire.ts';

type Given = z.output<typeof BulkCreateRequest>;

interface Submitted {
  readonly batch: BatchRow;
  readonly results: BulkResult[];
}

/**
 * Accepts batches. They are geocoded in chunks, decided one after the other in each workspace, written, and reported.
 */
class BulkSubmitter {
  /** Waits for the end of the batch and returns its results. */
  async create(caller: Caller, given: Given, { objectId }: Pick<Once, 'objectId'>): Promise<BulkResult[]> {
    const deadlines = deadlinesFrom(Date.now());
    const { tenant } = caller;
    const begun = await this.#begin(caller, given, objectId, deadlines);
    // A retry after a crash waits until the deadlines of the first request.
    const batch = await awaitEnd(tenant, begun, begun.deadlines ?? deadlines);
    const results = resultsOf(batch, await readDecided(tenant.reference, batch));
    if (batch.state === 'closed') throw tooLate(batch);
    if (batch.state === 'aborted') throw duplicate(results);
    return results;
  }

  /** Returns the batch as soon as its processing is certain. */
  async accept(caller: Caller, given: Given, { objectId }: Pick<Once, 'objectId'>): Promise<Submitted> {
    const batch = await this.#begin(caller, given, objectId, null);
    return { batch, results: resultsOf(batch, await readDecided(caller.tenant.reference, batch)) };
  }

  async #begin(caller: Caller, given: Given, id: string, deadlines: Deadlines | null): Promise<BatchRow> {
    const { reference } = caller.tenant;
    const items = itemsOf(given.items);
    await countLookUps(reference, items.filter(needsGeocode).length);
    const isNew = await createBatch(caller, { id, strategy: given.dedup_strategy, deadlines }, items);
    const run = isNew ? undefined : await readRun(reference, id);
    if (run) await resumeRun(reference, id, run);
    else await this.#geocode(caller, id, items, deadlines);
    const batch = await readBatch(reference, id);
    if (!batch) throw new Error(`Batch ${id} is gone`);
    if ((batch.deadlines === null) !== (deadlines === null)) throw otherPreference();
    return batch;
  }

  async #geocode({ tenant, workspace }: Caller, id: string, items: readonly BulkItem[], deadlines: Deadlines | null) {
    await startRun(tenant.reference, id, {
      addresses: items.filter(needsGeocode).map(({ address }) => address),
      settings: geocodingOf(workspace),
      until: deadlines?.geocode ?? null,
      waitedFor: deadlines !== null,
      whenDone: decideRequest(tenant.reference, id, false),
    });
  }
}

/** A synchronous request cannot share its batch with an asynchronous one. */
function otherPreference() {
  const detail = 'This Idempotency-Key was used with another "Prefer"; send the same, or use a new key.';
  return problem('IDEMPOTENCY_KEY_REUSED', detail);
}

function duplicate(results: BulkResult[]) {
  const index = results.findIndex(({ status }) => status === 'duplicate');
  return problem('DUPLICATE_GEOFENCE', `Duplicate geofence at index ${results[index]?.index}`, { results });
}

function tooLate({ closedFor }: BatchRow) {
  if (closedFor === 'geocoder') {
    const detail =
      'Not every address was geocoded in time, so nothing was created. Send fewer items, or "Prefer: respond-async".';
    return problem('TIMEOUT', detail);
  }
  const detail =
    'Other batches of this workspace took too long, so nothing was created. Try again, or send "Prefer: respond-async".';
  return problem('SERVICE_UNAVAILABLE', detail, { dependency: 'bulk_queue' }, { retryAfterSeconds: 30 });
}

export const submitBatches = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'], access: ['UpdateItem'] },
  sendsTo: [ChunkMessage, DecideMessage],
  open: () => new BulkSubmitter(),
});
