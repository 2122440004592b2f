import { removeExportFiles } from '../../shared/exports/delete.ts';
import { RemoveFilesMessage } from '../../shared/messages/exports.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Remove the files of deleted exports',
  source: { kind: 'queue' },
  message: RemoveFilesMessage,
  uses: { files: removeExportFiles },
  impact: 'Files of deleted exports stay in the store for up to two days; no new link to them is made.',
});

export const handler = work(worker, ({ message, files }) => files.remove(message));
