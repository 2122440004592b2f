import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { batchKeys } from '../table/keys/batches.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Creation } from './decision.ts';
import { type BatchRow, type Outcome, outcomeRow } from './record.ts';

/** The outcome of an item that is to be created. It is written once; the first writer decides. */

const main = new Table('main');

/** Records an outcome without a geofence. False when the item has an outcome already. */
export async function endItem(
  tenant: TenantReference,
  batch: BatchRow,
  index: number,
  outcome: Outcome,
): Promise<boolean> {
  const key = batchKeys.outcome(tenant, batch.id, index);
  try {
    await retryingRaces(() => main.put(key, outcomeRow(batch, index, outcome), absent));
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** Records a failure for all items without an outcome, because their time is over. */
export async function endAll(tenant: TenantReference, batch: BatchRow, creations: readonly Creation[]): Promise<void> {
  const message = 'Time ran out before this geofence was created; retry this item';
  await Promise.all(creations.map(({ index }) => endItem(tenant, batch, index, { status: 'failed', message })));
}
