import { PurgeMessage } from '../../shared/messages/webhooks.ts';
import { purgeDeliveries } from '../../shared/webhooks/purge.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Remove the deliveries of a deleted webhook',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: PurgeMessage,
  uses: { deliveries: purgeDeliveries },
  timeoutSeconds: 60,
  impact: 'What was sent by deleted webhooks stays stored until its retention is over; nobody can read it.',
});

export const handler = work(worker, ({ message, deliveries }) => deliveries.purge(message));
