import { WatchMessage } from '../../shared/messages/workflows.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';
import { watchDevices } from '../../shared/workflows/watch.ts';

export const worker = defineWorker({
  summary: 'Start workflows for devices that have been silent for too long',
  source: { kind: 'queue', maxReceives: 8, batchSize: 10, maxConcurrency: 10 },
  message: WatchMessage,
  uses: { devices: watchDevices },
  timeoutSeconds: 60,
  impact: 'Workflows that wait for a device to go offline start late.',
});

export const handler = work(worker, ({ message, devices }) => devices.run(message));
