import { FoldMessage } from '../../shared/messages/readings.ts';
import { foldReadings } from '../../shared/readings/fold.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Fold the readings of an hour into buckets of minutes and of the hour',
  source: { kind: 'queue', maxConcurrency: 20 },
  message: FoldMessage,
  uses: { readings: foldReadings },
  timeoutSeconds: 60,
  impact: 'Aggregates are computed from single readings, which is slow; they are correct until the readings expire.',
});

export const handler = work(worker, ({ message, readings }) => readings.fold(message));
