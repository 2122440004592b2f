import { RelayAgainMessage } from '../../shared/messages/relay-again.ts';
import { OutboxRow, outboxRelay } from '../../shared/relay/outbox-relay.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Send the messages of events to the queues of their workers',
  source: {
    kind: 'stream',
    table: 'main',
    partitionSuffix: '#outbox',
    // The events of one object are relayed in the order in which they happened.
    inLine: 'resourceId',
    setAsideFor: RelayAgainMessage,
  },
  message: OutboxRow,
  uses: { relay: outboxRelay },
  impact:
    'Follow-up work of changes is not done: invitations and notifications are not sent, and the geofence index is not cleaned up.',
});

export const handler = work(worker, ({ message, relay }) => relay.relay(message));
