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

/** Removing files with their objects. All steps are idempotent. */

const main = new Table('main');

/** Hides a file from all readers, whatever its state is. */
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

/** Removes the uploaded object, also if it was uploaded once more over the same link, and its copy. */
export async function deleteObjects(
  tenant: TenantReference,
  { id, copy }: Pick<MediaRow, 'id' | 'copy'>,
): Promise<void> {
  await Promise.all([deleteObject(mediaFiles.upload(tenant, id)), deleteObject(mediaFiles.pending(tenant, id, copy))]);
}

/** Removes what is left of a dropped file. Its record is deleted last, so that a retry finds the rest. */
export async function removeDropped(tenant: TenantReference, row: MediaRow): Promise<void> {
  // If it is too early, the row is due again later.
  if (Date.now() < removableAt(row)) return;
  await forgetWaiting(tenant, row);
  await Promise.all([deleteObjects(tenant, row), deleteObject(mediaFiles.linked(tenant, row.id))]);
  await main.delete(mediaKeys.file(tenant, row.id), unchanged({ state: 'removed' })).catch(unlessChanged);
}

/** Deletes the row of a waiting file, unless it belongs to another file by now. */
async function forgetWaiting(tenant: TenantReference, row: MediaRow): Promise<void> {
  await main.delete(waitingKey(tenant, row), unchanged({ mediaId: row.id })).catch(unlessChanged);
}
