import { PointsMessage } from '../../shared/messages/tracking.ts';
import { ingestPoints } from '../../shared/tracking/take-points.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Store points that were accepted over HTTP, and apply the transition rules to them',
  source: { kind: 'queue', maxConcurrency: 50 },
  message: PointsMessage,
  uses: { points: ingestPoints },
  timeoutSeconds: 60,
  impact: 'Points that were reported are not stored and cause no events; they wait in the queue.',
});

export const handler = work(worker, ({ message, points }) => points.ingest(message));
