import { type Actor, recordEvent } from '../outbox/event.ts';
import { Problem } from '../problems/problem.ts';
import { setAll } from '../table/expressions.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Fence } from './fence.ts';
import { planNewShape, putPostings } from './postings.ts';
import { indexAttributes } from './rows.ts';
import { atVersion, sweepOf, withFence } from './writes.ts';

const main = new Table('main');

/**
 * Writes a fence's postings again, as a change of its shape would, without changing the fence. Does nothing when the
 * fence is gone.
 */
export async function reindex(caller: Actor, id: string): Promise<void> {
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
  await withFence(tenant, id, undefined, act).catch((error: unknown) => {
    if (!(error instanceof Problem && error.code === 'NOT_FOUND')) throw error;
  });
}
