import { defineCapability } from '../capability/capability.ts';
import type { VersionMatch } from '../http/conditional.ts';
import { type Recording, unrecorded } from '../http/once.ts';
import { UnlinkMessage } from '../messages/unlink.ts';
import type { Actor } from '../outbox/event.ts';
import { type Announced, announceRelease, release } from '../quota/release.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { moveCrossing } from './crossing-list.ts';
import { geofenceQuota } from './quota.ts';
import { deletePostings } from './stale.ts';
import { atVersion, recordGeofenceEvent, releaseExternalId, withFence } from './writes.ts';

const main = new Table('main');

export async function deleteFence(
  caller: Actor,
  id: string,
  ifMatch: VersionMatch | undefined,
  once: Recording = unrecorded,
): Promise<void> {
  const { tenant } = caller;
  let announced: Announced | undefined;
  await withFence(tenant, id, ifMatch, async (fence) => {
    announced ??= await announceRelease(tenant, geofenceQuota);
    const transaction = new Transaction();
    transaction.delete(main, geofenceKeys.body(tenant.reference, id), atVersion(fence), lostRace);
    transaction.delete(main, geofenceKeys.thin(tenant.reference, id));
    deletePostings(transaction, tenant.reference, id, [...fence.index.cover, ...fence.index.stale]);
    moveCrossing(transaction, tenant.reference, fence, undefined);
    releaseExternalId(transaction, tenant, fence);
    recordGeofenceEvent(transaction, caller, fence, undefined);
    once.record(transaction, { status: 204, body: undefined });
    await transaction.commit();
  });
  await release(tenant, geofenceQuota, announced);
}

export const deleteGeofences = defineCapability({
  tables: { main: ['GetItem', 'PutItem', 'DeleteItem'], cells: ['DeleteItem'], access: ['UpdateItem'] },
  handsTo: [UnlinkMessage],
  open: () => ({ delete: deleteFence }),
});
