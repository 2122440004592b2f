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
  // Longer than the longest call, the wait for room and a name server, and the writes around them.
  timeoutSeconds: 60,
  impact: 'Webhooks with slow or new targets are called late, or not until the cause is removed.',
});

export const handler = work(worker, ({ message, deliveries }) => deliveries.attemptSlowly(message));
