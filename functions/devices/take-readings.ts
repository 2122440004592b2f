import { ReadingsMessage } from '../../shared/messages/device-message.ts';
import { takeReadings } from '../../shared/readings/take.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Store the readings that devices send, each with its sensor',
  source: { kind: 'queue', topics: ['hexfence/+/+/readings'], maxConcurrency: 200 },
  message: ReadingsMessage,
  uses: { readings: takeReadings },
  timeoutSeconds: 60,
  impact: 'Readings of devices are not stored; they wait in the queue.',
});

export const handler = work(worker, ({ message, readings }) => readings.take(message));
