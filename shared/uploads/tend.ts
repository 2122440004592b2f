import { defineCapability } from '../capability/capability.ts';
import { mediaFiles } from '../files/keys.ts';
import { copyObject, deleteObject, sha256Of } from '../files/objects.ts';
import type { MediaRow } from '../media/record.ts';
import { deleteObjects, drop, removeDropped } from '../media/remove.ts';
import { openLinkMilliseconds, plainRow, putMedia } from '../media/rows.ts';
import { TendMediaMessage } from '../messages/media.ts';
import { sendTo } from '../queue/sender.ts';
import { unchanged } from '../table/expressions.ts';
import { isRace, unlessChanged } from '../table/faults.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { linkAllWaiting } from './link-waiting.ts';
import { uploading } from './sender.ts';

/** Processes a file according to its state. Idempotent. */

const main = new Table('main');

/** The time limit of one run of the worker; the next run does the rest. */
const longestMilliseconds = 40_000;

/** How long the record of an expired upload is kept. */
const expiredMilliseconds = 7 * 86_400_000;

async function tend({ tenant, mediaId, localUuid }: TendMediaMessage): Promise<void> {
  const until = Date.now() + longestMilliseconds;
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  if (!workspace) return;
  if (localUuid !== undefined && !(await linkAllWaiting(workspace, localUuid, until))) {
    await sendTo(TendMediaMessage.order({ tenant, localUuid }), tenant);
  }
  const row = mediaId === undefined ? undefined : await main.get<MediaRow>(mediaKeys.file(tenant, mediaId));
  if (!row) return;
  const isOver = row.expiresAt !== undefined && Date.now() >= row.expiresAt;
  if (row.state === 'linked') await (row.movedAt ? tidy(tenant, row) : move(tenant, row));
  else if (row.state === 'removed') await removeDropped(tenant, row);
  else if (!isOver) return;
  else if (row.state === 'uploading') await expire(tenant, row);
  else if (row.state === 'waiting') await drop(tenant, row.id);
  else await forget(tenant, row);
}

/** Writes a new state, unless another one was written meanwhile. */
async function write(tenant: TenantReference, before: MediaRow, changes: Partial<MediaRow>): Promise<boolean> {
  const transaction = new Transaction();
  putMedia(transaction, tenant, { ...plainRow(before), ...changes }, before);
  try {
    await transaction.commit();
    return true;
  } catch (error) {
    if (!isRace(error)) throw error;
    return false;
  }
}

/**
 * Moves the object of a file that was linked to a submission. The old object stays for a while: links to it are still
 * valid.
 */
async function move(tenant: TenantReference, row: MediaRow): Promise<void> {
  const linked = mediaFiles.linked(tenant, row.id);
  const isCopied = await copyObject(mediaFiles.pending(tenant, row.id, row.copy), linked);
  // An earlier run has copied it, and the old object is deleted.
  if (!isCopied && (await sha256Of(linked)) !== row.sha256) throw new Error(`The object of file ${row.id} is missing`);
  // The file was dropped while it was copied.
  if (!(await write(tenant, row, { movedAt: Date.now() }))) {
    const now = await main.get<MediaRow>(mediaKeys.file(tenant, row.id));
    if (now?.state !== 'linked') await deleteObject(linked);
  }
}

async function tidy(tenant: TenantReference, row: MediaRow): Promise<void> {
  if (row.tidied || Date.now() < (row.movedAt ?? 0) + openLinkMilliseconds) return;
  await deleteObjects(tenant, row);
  await write(tenant, row, { tidied: true });
}

/** Marks an upload as expired; its bytes no longer count. */
async function expire(tenant: TenantReference, row: MediaRow): Promise<void> {
  // A request that completes it at this moment loses, or it wins and needs the object.
  const isWritten = await write(tenant, row, { state: 'expired', expiresAt: Date.now() + expiredMilliseconds });
  if (isWritten) await deleteObjects(tenant, row);
}

/** Deletes the record of a file that nobody can see. Links to upload it expired long ago. */
async function forget(tenant: TenantReference, row: MediaRow): Promise<void> {
  await deleteObjects(tenant, row);
  await main.delete(mediaKeys.file(tenant, row.id), unchanged({ state: row.state })).catch(unlessChanged);
}

export const tendMedia = defineCapability({
  ...uploading,
  sendsTo: [TendMediaMessage],
  files: { media: ['read', 'write', 'delete'], pending: ['read', 'delete'] },
  open: () => ({ tend }),
});
