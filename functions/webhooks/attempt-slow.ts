import { SlowAttemptMessage } from '../../shared/messages/webhooks.ts';
import { attemptDeliveries } from '../../shared/webhooks/attempt.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Call the targets of webhooks that may be slow, apart from those that are quick',
  source: { kind: 'queue', batchSize: 64, maxConcurrency: 50 },
  message: SlowAttemptMessage,
  uses: { deliveries: attemptDeliveries },
  memoryMegabytes: 256,
  // Longer than the longest call together with the waits for a free slot and for DNS, and the writes.
  timeoutSeconds: 60,
  impact: 'Webhooks with slow or new targets are called late, or not until the cause is removed.',
});

export const handler = work(worker, ({ message, deliveries }) => deliveries.attemptSlowly(message));
