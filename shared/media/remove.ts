import { mediaFiles } from '../files/keys.ts';
import { deleteObject } from '../files/objects.ts';
import { unchanged } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { eachRow } from '../worker/each-row.ts';
import type { LinkRow, MediaRow } from './record.ts';
import { dropMedia, removableAt, waitingKey } from './rows.ts';

/** Removing files with their objects. All of it may be repeated at any point. */

const main = new Table('main');

/** Takes a file away from all readers, whatever its state is. */
export async function drop(tenant: TenantReference, id: string): Promise<void> {
  await retryingRaces(async () => {
    const row = await main.get<MediaRow>(mediaKeys.file(tenant, id));
    if (!row || row.state === 'removed') return;
    const transaction = new Transaction();
    dropMedia(transaction, tenant, row);
    await transaction.commit();
  });
}

/** Drops the files of a submission that is being removed. */
export async function dropMediaOf(tenant: TenantReference, submissionId: string): Promise<void> {
  const dropOne = async ({ fieldId, mediaId }: LinkRow) => {
    await drop(tenant, mediaId);
    await main.delete(mediaKeys.link(tenant, submissionId, fieldId));
  };
  await eachRow<LinkRow>(main, mediaKeys.links(tenant, submissionId), dropOne, Number.POSITIVE_INFINITY);
}

/** Removes what was uploaded, and its copy. What a link was used for again after the upload goes with it. */
export async function deleteObjects(
  tenant: TenantReference,
  { id, copy }: Pick<MediaRow, 'id' | 'copy'>,
): Promise<void> {
  await Promise.all([deleteObject(mediaFiles.upload(tenant, id)), deleteObject(mediaFiles.pending(tenant, id, copy))]);
}

/** Removes what is left of a dropped file. Its record goes last, so that a repetition finds the rest. */
export async function removeDropped(tenant: TenantReference, row: MediaRow): Promise<void> {
  // Too early, it is due again.
  if (Date.now() < removableAt(row)) return;
  await forgetWaiting(tenant, row);
  await Promise.all([deleteObjects(tenant, row), deleteObject(mediaFiles.linked(tenant, row.id))]);
  await main.delete(mediaKeys.file(tenant, row.id), unchanged({ state: 'removed' })).catch(unlessChanged);
}

/** Removes the row by which a file waits, if it is still that one's. */
async function forgetWaiting(tenant: TenantReference, row: MediaRow): Promise<void> {
  await main.delete(waitingKey(tenant, row), unchanged({ mediaId: row.id })).catch(unlessChanged);
}
