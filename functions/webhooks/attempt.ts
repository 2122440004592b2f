import { AttemptMessage } from '../../shared/messages/webhooks.ts';
import { attemptDeliveries } from '../../shared/webhooks/attempt.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Call the targets of webhooks',
  // All calls of a batch run in parallel, so they share the duration of the function.
  source: { kind: 'queue', batchSize: 64, maxConcurrency: 50 },
  message: AttemptMessage,
  uses: { deliveries: attemptDeliveries },
  memoryMegabytes: 256,
  // Longer than the longest call together with the wait for DNS, and the writes.
  timeoutSeconds: 60,
  impact: 'Webhooks are called late, or not until the cause is removed.',
});

export const handler = work(worker, ({ message, deliveries }) => deliveries.attempt(message));
