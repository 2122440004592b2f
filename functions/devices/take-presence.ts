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
  impact: 'Devices look as connected, or as offline, as they last were.',
});

export const handler = work(worker, ({ message, presence }) => presence.take(message));
