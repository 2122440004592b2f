import { GoneMessage } from '../../shared/messages/presence.ts';
import { settlePresence } from '../../shared/presence/presence.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Make devices offline that have been away for a minute',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: GoneMessage,
  uses: { presence: settlePresence },
  impact: 'Devices that are gone look active.',
});

export const handler = work(worker, ({ message, presence }) => presence.settle(message));
