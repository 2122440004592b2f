import { GoThroughMessage } from '../../shared/messages/webhooks.ts';
import { goThroughDeliveries } from '../../shared/webhooks/delivery-jobs.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Replay deliveries of a webhook, or skip those that wait',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: GoThroughMessage,
  uses: { deliveries: goThroughDeliveries },
  timeoutSeconds: 60,
  impact: 'Replays of webhooks stop, and waiting deliveries of inactive webhooks are not skipped.',
});

export const handler = work(worker, ({ message, deliveries }) => deliveries.run(message));
