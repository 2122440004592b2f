import { RelayAgainMessage } from '../../shared/messages/relay-again.ts';
import { OutboxRow, outboxRelay } from '../../shared/relay/outbox-relay.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Hand what happened to the queues of the workers it concerns',
  source: { kind: 'stream', table: 'main', partitionSuffix: '#outbox', setAsideFor: RelayAgainMessage },
  message: OutboxRow,
  uses: { relay: outboxRelay },
  impact:
    'Nothing that follows from a change happens: no mail to who is invited, no notification, no clean-up of the geofence index.',
});

export const handler = work(worker, ({ message, relay }) => relay.handOn(message));
