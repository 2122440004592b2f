import { recordEvent } from '../outbox/event.ts';
import { publish } from '../outbox/publish.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { batchKeys } from '../table/keys/batches.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { endAll } from './outcome.ts';
import { actorOf, type BatchRow, type Decided, notEnded, readBatch, readDecided } from './record.ts';
import { progressOf, resultsOf } from './results.ts';

const main = new Table('main');

/** Ends a batch whose geofences were written, and the items that were not written in time. */
export async function closeWriting(tenant: Tenant, batch: BatchRow): Promise<BatchRow | undefined> {
  const { reference } = tenant;
  let decided = await readDecided(reference, batch);
  const left = notEnded(decided);
  if (left.length > 0) {
    await endAll(reference, batch, left);
    decided = await readDecided(reference, batch);
  }
  return await complete(tenant, batch, 'completed', decided);
}

class EndedAlready extends Error {}

/** Ends a batch and records the event, once. */
export async function complete(
  tenant: Tenant,
  batch: BatchRow,
  state: 'completed' | 'aborted',
  decided: Decided,
): Promise<BatchRow | undefined> {
  const results = resultsOf(batch, decided);
  const count = (status: string) => results.filter((result) => result.status === status).length;
  const counts = { created: count('created'), duplicates: count('duplicate'), errors: count('error') };
  const summary = { ...progressOf({ ...batch, state }, results), ...counts };
  const transaction = new Transaction();
  const key = batchKeys.batch(tenant.reference, batch.id);
  const asRead = unchanged({ state: batch.state, attempt: batch.attempt });
  transaction.update(main, key, setAll({ state }), asRead, () => new EndedAlready());
  recordEvent(transaction, actorOf(tenant, batch), {
    action: 'geofence.bulk_completed',
    resourceType: 'geofence_batch',
    resourceId: batch.id,
    changes: Object.fromEntries(Object.entries(summary).map(([name, value]) => [name, [null, value]])),
  });
  publish(transaction, tenant, {
    id: newId(Date.now()),
    type: 'geofence.bulk_completed',
    subject: batch.id,
    data: summary,
  });
  try {
    await retryingRaces(() => transaction.commit());
    return { ...batch, state };
  } catch (error) {
    if (!(error instanceof EndedAlready)) throw error;
    return await readBatch(tenant.reference, batch.id);
  }
}
