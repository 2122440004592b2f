import { RetireReadingsMessage } from '../../shared/messages/readings.ts';
import { retireReadings } from '../../shared/readings/retire.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Remove the buckets of a deleted sensor',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: RetireReadingsMessage,
  uses: { readings: retireReadings },
  timeoutSeconds: 60,
  impact: 'Buckets of deleted sensors stay in the table; nobody can read them.',
});

export const handler = work(worker, ({ message, readings }) => readings.retire(message));
