import { TimerMessage } from '../../shared/messages/tracking.ts';
import { fireTimers } from '../../shared/tracking/fire-timers.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Record dwells and exits of devices that are silent',
  source: { kind: 'queue', maxConcurrency: 20 },
  message: TimerMessage,
  uses: { timers: fireTimers },
  timeoutSeconds: 60,
  impact: 'Dwells and exits of devices that are silent are recorded late.',
});

export const handler = work(worker, ({ message, timers }) => timers.fire(message));
