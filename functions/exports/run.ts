import { runExports } from '../../shared/exports/run.ts';
import { ExportMessage } from '../../shared/messages/exports.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Write the files of exports',
  // The jobs of a workspace run in order; a long job takes many runs.
  source: { kind: 'queue', ordered: true, maxReceives: 8, maxConcurrency: 20 },
  message: ExportMessage,
  uses: { exports: runExports },
  memoryMegabytes: 256,
  timeoutSeconds: 55,
  impact: 'Exports stay PENDING or RUNNING, and users wait for them in vain.',
});

export const handler = work(worker, ({ message, exports }) => exports.run(message));
