import { ReadingsMessage } from '../../shared/messages/device-message.ts';
import { keepReadings } from '../../shared/readings/keep.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Keep the readings that devices send, as they come',
  source: { kind: 'queue', topics: ['hexfence/+/+/readings'], maxConcurrency: 50 },
  message: ReadingsMessage,
  uses: { readings: keepReadings },
  impact: 'Readings of devices are not stored; they wait in the queue.',
});

export const handler = work(worker, ({ message, readings }) => readings.take(message));
