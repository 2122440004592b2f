import { AttemptMessage } from '../../shared/messages/webhooks.ts';
import { attemptDeliveries } from '../../shared/webhooks/attempt.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Call the targets of webhooks',
  // All calls of a batch are made side by side, so a slow target costs a part of a second and not a whole one.
  source: { kind: 'queue', batchSize: 64, maxConcurrency: 50 },
  message: AttemptMessage,
  uses: { deliveries: attemptDeliveries },
  memoryMegabytes: 256,
  // Longer than the longest call, the wait for a name server and the writes around them.
  timeoutSeconds: 60,
  impact: 'Webhooks are called late, or not until the cause is removed.',
});

export const handler = work(worker, ({ message, deliveries }) => deliveries.attempt(message));
