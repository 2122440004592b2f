import { LocationMessage } from '../../shared/messages/tracking.ts';
import { takeLocations } from '../../shared/tracking/take-points.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Store the positions that devices send, and apply the transition rules to them',
  source: { kind: 'queue', topics: ['hexfence/+/+/location'], maxConcurrency: 200 },
  message: LocationMessage,
  uses: { locations: takeLocations },
  timeoutSeconds: 60,
  impact: 'Positions of devices are not stored and cause no events; they wait in the queue.',
});

export const handler = work(worker, ({ message, locations }) => locations.take(message));
