import { decideBatches } from '../../shared/bulk/decider.ts';
import { DecideMessage } from '../../shared/messages/decide-batch.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Decide which items of a batch are duplicates, and create the others',
  // Batches of one workspace run in order: two at once would not see what the other is about to create.
  source: { kind: 'queue', ordered: true, maxReceives: 8, maxConcurrency: 20 },
  message: DecideMessage,
  uses: { batches: decideBatches },
  memoryMegabytes: 1024,
  timeoutSeconds: 55,
  impact: 'Imports of addresses create nothing: synchronous requests get 503, and asynchronous ones stay unfinished.',
});

export const handler = work(worker, ({ message, batches }) => batches.run(message));
