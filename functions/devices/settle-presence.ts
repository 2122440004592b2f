import { GoneMessage } from '../../shared/messages/presence.ts';
import { settlePresence } from '../../shared/presence/presence.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Set devices offline that have been disconnected for a minute',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: GoneMessage,
  uses: { presence: settlePresence },
  impact: 'Devices that have disconnected look active.',
});

export const handler = work(worker, ({ message, presence }) => presence.settle(message));
