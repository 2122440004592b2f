import { FitMessage } from '../../shared/messages/fit-sensors.ts';
import { fitSensors } from '../../shared/topology/fit-sensors.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Give the sensors of a component the units and bounds of its profile',
  source: { kind: 'queue', maxConcurrency: 10 },
  message: FitMessage,
  uses: { sensors: fitSensors },
  timeoutSeconds: 60,
  impact: 'Sensors keep the units and bounds of the former version of their profile.',
});

export const handler = work(worker, ({ message, sensors }) => sensors.fit(message));
