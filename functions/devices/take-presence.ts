import { PresenceMessage } from '../../shared/messages/device-message.ts';
import { takePresence } from '../../shared/presence/presence.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Record which devices are connected',
  source: {
    kind: 'queue',
    topics: ['$aws/events/presence/+/+', '$aws/events/subscriptions/subscribed/+'],
    maxConcurrency: 10,
  },
  message: PresenceMessage,
  uses: { presence: takePresence },
  impact: 'It is not up to date which devices are connected.',
});

export const handler = work(worker, ({ message, presence }) => presence.take(message));
