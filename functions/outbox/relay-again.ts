import { RelayAgainMessage } from '../../shared/messages/relay-again.ts';
import { outboxRelay, setAsideRows } from '../../shared/relay/outbox-relay.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Retry, with backoff, the events that the relay of the outbox could not send',
  // Half an hour in total: the backoff is 5, 30 and 120 seconds, then six minutes each.
  source: { kind: 'queue', maxReceives: 8 },
  message: RelayAgainMessage,
  uses: { relay: outboxRelay, rows: setAsideRows },
  impact: 'Something that follows from a change does not happen: a mail, a notification, a clean-up.',
});

export const handler = work(worker, async ({ message, relay, rows }) => {
  const row = await rows.find(message);
  if (row) await relay.relay(row);
});
