import { draftFence, unindexed } from '../geofences/fence.ts';
import { planNewShape } from '../geofences/postings.ts';
import { geofenceQuota } from '../geofences/quota.ts';
import { putFence } from '../geofences/writes.ts';
import { log } from '../log/log.ts';
import { Problem } from '../problems/problem.ts';
import { releaseUnused } from '../quota/release.ts';
import { reserveUpTo } from '../quota/reserve.ts';
import { absent } from '../table/expressions.ts';
import { isOutcomeUnknown } from '../table/faults.ts';
import { batchKeys } from '../table/keys/batches.ts';
import { patiently } from '../table/patience.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { concurrently } from '../worker/concurrently.ts';
import type { Creation } from './decision.ts';
import type { BulkItem } from './item.ts';
import { endItem } from './outcome.ts';
import { actorOf, type BatchRow, type Outcome, outcomeRow } from './record.ts';

/**
 * Creates the geofences of a batch whose creation was decided. Each is one transaction together with the row of its
 * outcome, which can be written only once. So creating is idempotent: however many runs there are, at the same time or
 * later, each geofence is created at most once and each item has one outcome.
 */

/** Number of geofences for which quota is reserved together, just before they are written. */
const portionSize = 50;

const main = new Table('main');

/** The item already has an outcome: from an earlier run, or because the batch was closed. */
class AlreadyEnded extends Error {}

export interface Work {
  readonly tenant: Tenant;
  readonly batch: BatchRow;
  readonly items: ReadonlyMap<number, BulkItem>;
}

/** @returns false when the time was over before the last geofence */
export async function createAll(work: Work, creations: readonly Creation[], until: number): Promise<boolean> {
  for (let i = 0; i < creations.length; i += portionSize) {
    if (Date.now() >= until) return false;
    if (!(await createPortion(work, creations.slice(i, i + portionSize), until))) return false;
  }
  return true;
}

async function createPortion(work: Work, portion: readonly Creation[], until: number): Promise<boolean> {
  const { tenant, batch } = work;
  const { amount, refusal } = await reserveUpTo(tenant, geofenceQuota, portion.length);
  let unused = amount;
  const creating = async (creation: Creation) => {
    unused -= 1;
    if (!(await create(work, creation))) unused += 1;
  };
  try {
    const left = await concurrently(portion.slice(0, amount), creating, until);
    const overQuota = portion.slice(amount);
    await Promise.all(overQuota.map(({ index }) => endItem(tenant.reference, batch, index, failure(refusal))));
    return left === 0;
  } finally {
    if (unused > 0) await releaseUnused(tenant, geofenceQuota, unused);
  }
}

const unknownFailure = 'The geofence could not be created; retry this item';

const failure = (error: unknown): Outcome => ({
  status: 'failed',
  message: error instanceof Problem ? error.message : unknownFailure,
});

/** Whether the geofence uses the quota that was reserved for it. */
async function create(work: Work, creation: Creation): Promise<boolean> {
  const { tenant, batch } = work;
  const { index } = creation;
  try {
    await commit(work, creation);
    return true;
  } catch (error) {
    if (error instanceof AlreadyEnded) return false;
    log().warn('item not created', { batch: batch.id, index, error: String(error) });
    // If there is an outcome already, it belongs to a commit whose answer was lost.
    return !(await endItem(tenant.reference, batch, index, failure(error)));
  }
}

/** Commits with retries. When a commit's result is unknown, the row of the outcome shows it to the next attempt. */
async function commit({ tenant, batch, items }: Work, creation: Creation): Promise<void> {
  const { id, index } = creation;
  const draft = draftFence(id, fieldsOf(items.get(index)!, creation), Date.now());
  const { index: indexed, postings } = planNewShape(draft, unindexed, draft.createdAt);
  const fence = { ...draft, index: indexed };
  const outcome = outcomeRow(batch, index, { status: 'created' });
  const key = batchKeys.outcome(tenant.reference, batch.id, index);
  let isOutcomeLost = false;
  await patiently(async () => {
    const transaction = new Transaction();
    putFence(transaction, actorOf(tenant, batch), fence, postings);
    transaction.put(main, key, outcome, absent, () => new AlreadyEnded());
    try {
      await transaction.commit();
    } catch (error) {
      // Usually the lost commit has used the quota. If not, the difference is corrected when the limit is next reached.
      if (error instanceof AlreadyEnded && isOutcomeLost) return;
      isOutcomeLost ||= isOutcomeUnknown(error);
      throw error;
    }
  });
}

function fieldsOf({ name, address, bufferMeters, tags }: BulkItem, creation: Creation) {
  const { latitude, longitude, label, confidence } = creation;
  const metadata = { address, normalizedAddress: label, geocodeConfidence: confidence };
  return { name, latitude, longitude, radiusMeters: bufferMeters, tags: [...tags], metadata };
}
