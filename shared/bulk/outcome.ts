import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { batchKeys } from '../table/keys/batches.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Creation } from './decision.ts';
import { type BatchRow, type Outcome, outcomeRow } from './record.ts';

/** How an item ends that is to be created: once, whoever comes first. */

const main = new Table('main');

/** Ends an item without a geofence. False where it has ended already. */
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

/** Ends the items that have not ended, since nobody waits for them any more. */
export async function endAll(tenant: TenantReference, batch: BatchRow, creations: readonly Creation[]): Promise<void> {
  const message = 'Time ran out before this geofence was created; retry this item';
  await Promise.all(creations.map(({ index }) => endItem(tenant, batch, index, { status: 'failed', message })));
}
