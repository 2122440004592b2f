import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { onSchedule } from '../../shared/worker/on-schedule.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Hand on what is due: notices of keys that are about to expire',
  // Nothing here is due to the minute, and each run is a start, eight queries and a line in the log, idle or not.
  source: { kind: 'schedule', everyMinutes: 5 },
  uses: { due: dueSweeper },
  timeoutSeconds: 60,
  impact: 'Nobody is told that a key is about to expire; what is due stays due until this runs again.',
});

export const handler = onSchedule(worker, async ({ due }) => {
  const { failed } = await due.sweep();
  if (failed > 0) throw new Error(`${failed} entries that are due were not handed on`);
});
