import { MatchMessage } from '../../shared/messages/webhooks.ts';
import { matchWebhooks } from '../../shared/webhooks/match.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Create the deliveries of events: one for each webhook that subscribes to the event',
  source: { kind: 'queue', maxConcurrency: 50 },
  message: MatchMessage,
  uses: { webhooks: matchWebhooks },
  impact: 'Webhooks are not called for events that have happened.',
});

export const handler = work(worker, ({ message, webhooks }) => webhooks.match(message));
