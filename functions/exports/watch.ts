import { watchExports } from '../../shared/exports/watch.ts';
import { WatchMessage } from '../../shared/messages/exports.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Ask again for runs of exports whose message was lost',
  source: { kind: 'queue' },
  message: WatchMessage,
  uses: { lanes: watchExports },
  impact: 'Exports whose message was lost wait until the lane is looked at again, or until the next request for one.',
});

export const handler = work(worker, ({ message, lanes }) => lanes.check(message));
