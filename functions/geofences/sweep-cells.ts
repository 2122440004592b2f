import { sweepCells } from '../../shared/geofences/sweeper.ts';
import { SweepMessage } from '../../shared/messages/sweep-cells.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Remove the postings of a geofence that its last change of shape left behind',
  source: { kind: 'queue', delaySeconds: 16, maxReceives: 10 },
  message: SweepMessage,
  uses: { sweeper: sweepCells },
  impact: 'Checks stay correct, but changes of geofences that change shape often are refused with 503.',
});

export const handler = work(worker, ({ message, sweeper }) => sweeper.run(message));
