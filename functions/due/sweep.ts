import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { onSchedule } from '../../shared/worker/on-schedule.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Hand on what is due: notices of what is about to expire, ends of rotations, devices that have gone',
  source: { kind: 'schedule', everyMinutes: 1 },
  uses: { due: dueSweeper },
  timeoutSeconds: 60,
  impact: 'Nobody is told what is about to expire, and rotations stay open; what is due stays due until this runs again.',
});

export const handler = onSchedule(worker, async ({ due }) => {
  const { failed } = await due.sweep();
  if (failed > 0) throw new Error(`${failed} entries that are due were not handed on`);
});
