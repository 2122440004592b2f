import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { onSchedule } from '../../shared/worker/on-schedule.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Send scheduled messages that are due: notices about keys that are about to expire',
  // Five minutes are precise enough for everything here, and each run costs a start, eight queries and a log line, even
  // if nothing is due.
  source: { kind: 'schedule', everyMinutes: 5 },
  uses: { due: dueSweeper },
  timeoutSeconds: 60,
  impact: 'No notices about expiring keys are sent; messages that are due stay due until this runs again.',
});

export const handler = onSchedule(worker, async ({ due }) => {
  const { failed } = await due.sweep();
  if (failed > 0) throw new Error(`${failed} entries that are due were not handed on`);
});
