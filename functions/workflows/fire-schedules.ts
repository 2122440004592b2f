import { ScheduledMessage } from '../../shared/messages/workflows.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';
import { fireSchedules } from '../../shared/workflows/schedule.ts';

export const worker = defineWorker({
  summary: 'Start workflows whose time has come',
  source: { kind: 'queue', maxReceives: 8, maxConcurrency: 10 },
  message: ScheduledMessage,
  uses: { schedules: fireSchedules },
  impact: 'Workflows with a schedule do not start.',
});

export const handler = work(worker, ({ message, schedules }) => schedules.fire(message));
