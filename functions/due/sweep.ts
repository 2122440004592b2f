import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { onSchedule } from '../../shared/worker/on-schedule.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Send scheduled messages that are due: notices, ends of rotations and commands, devices that disconnected',
  source: { kind: 'schedule', everyMinutes: 1 },
  uses: { due: dueSweeper },
  timeoutSeconds: 60,
  impact: 'No notices are sent, rotations stay open, and disconnected devices look active; what is due stays due.',
});

export const handler = onSchedule(worker, async ({ due }) => {
  const { failed } = await due.sweep();
  if (failed > 0) throw new Error(`${failed} entries that are due were not handed on`);
});
