import { writeGeofences } from '../../shared/geofences/writer.ts';
import { SyncMessage } from '../../shared/messages/sync.ts';
import { runSync } from '../../shared/sync/runner.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Complete sync plans after their addresses were looked up, and apply them',
  source: { kind: 'queue', ordered: true, maxReceives: 8, maxConcurrency: 20 },
  message: SyncMessage,
  uses: { geofences: writeGeofences, plans: runSync },
  memoryMegabytes: 1024,
  timeoutSeconds: 55,
  impact: 'Sync plans with addresses stay COMPUTING, and those that are applied stay APPLYING.',
});

export const handler = work(worker, ({ message, geofences, plans }) => plans.run(message, geofences));
