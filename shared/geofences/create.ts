import { defineCapability } from '../capability/capability.ts';
import type { Recording } from '../http/once.ts';
import { reserveFor } from '../quota/reserve.ts';
import { newId } from '../table/ids.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { requireRunnable, type Writing } from './action.ts';
import { draftFence, showFence, unindexed } from './fence.ts';
import type { Shown } from './fence-page.ts';
import { planNewShape, requireRoomInCells } from './postings.ts';
import { geofenceQuota } from './quota.ts';
import type { NewGeofence } from './wire.ts';
import { putFence, withConflictFirst } from './writes.ts';

export async function create(caller: Writing, given: NewGeofence, once: Recording, id?: string): Promise<Shown> {
  const { tenant } = caller;
  await requireRunnable(caller, given.action);
  const now = Date.now();
  const draft = draftFence(id ?? newId(now), given, now);
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

export const createGeofences = defineCapability({
  tables: {
    main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
    cells: ['Query', 'PutItem'],
    access: ['GetItem', 'UpdateItem'],
  },
  open: () => ({ create }),
});
