import type { Caller } from '../auth/caller.ts';
import { isOwnOnly } from '../auth/scopes.ts';
import { defineCapability } from '../capability/capability.ts';
import { deleteFile, dropUpload } from '../files/store.ts';
import { RemoveFilesMessage } from '../messages/exports.ts';
import { recordEvent } from '../outbox/event.ts';
import { notFound } from '../problems/problem.ts';
import { unchanged } from '../table/expressions.ts';
import { exportKeys } from '../table/keys/exports.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { readProgress } from './progress.ts';
import { type ExportRow, exportOf, statusOf } from './record.ts';

const main = new Table('main');

/**
 * Deletes a job. A run of it stops when it next writes its record, and a worker removes its files.
 *
 * @throws NOT_FOUND, also for a job of somebody else if the caller may delete only own ones
 */
async function remove(caller: Caller, id: string): Promise<void> {
  const { tenant } = caller;
  const { reference } = tenant;
  await retryingRaces(async () => {
    const row = await exportOf(caller, id);
    if (!mayDelete(caller, row)) throw notFound('export');
    const transaction = new Transaction();
    const asRead = unchanged({ status: row.status, run: row.run, file: row.file });
    transaction.delete(main, exportKeys.job(reference, id), asRead, lostRace);
    transaction.delete(main, exportKeys.inLane(reference, row.lane, id));
    recordEvent(transaction, caller, {
      action: 'export.delete',
      resourceType: 'export',
      resourceId: id,
      changes: { status: [statusOf(row), null] },
      handOver: [RemoveFilesMessage.order({ tenant: reference, ...storedBy(row) })],
    });
    await transaction.commit();
  });
}

function mayDelete({ user, principal }: Caller, { requestedBy }: ExportRow): boolean {
  return requestedBy === principal || !user || !isOwnOnly(user.role, 'exports:delete');
}

/** The files of a job, and its upload if it has not ended. */
function storedBy({ file, progress }: ExportRow): Pick<RemoveFilesMessage, 'files' | 'upload'> {
  const { stream, listedAt } = readProgress(progress) ?? {};
  const files = [file, stream?.upload.key, stream?.remainder, listedAt].filter((key) => key !== undefined);
  return { files, ...(stream ? { upload: stream.upload } : {}) };
}

export const deleteExports = defineCapability({
  tables: { main: ['GetItem', 'PutItem', 'DeleteItem'] },
  raises: ['NOT_FOUND'],
  handsTo: [RemoveFilesMessage],
  open: () => ({ delete: remove }),
});

/** Idempotent. */
async function removeFiles({ files, upload }: RemoveFilesMessage): Promise<void> {
  if (upload) await dropUpload(upload);
  for (const key of files) await deleteFile(key);
}

export const removeExportFiles = defineCapability({
  files: { exports: ['write', 'delete'] },
  open: () => ({ remove: removeFiles }),
});
