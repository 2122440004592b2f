import { watchExports } from '../../shared/exports/watch.ts';
import { WatchMessage } from '../../shared/messages/exports.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Request runs again for exports whose message was lost',
  source: { kind: 'queue' },
  message: WatchMessage,
  uses: { lanes: watchExports },
  impact:
    'Exports whose message was lost wait until their lane is checked again, or until the next export is requested.',
});

export const handler = work(worker, ({ message, lanes }) => lanes.check(message));
