import { HealthMessage } from '../../shared/messages/device-message.ts';
import { takeHealthReports } from '../../shared/presence/health-report.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Store the health reports of devices',
  source: { kind: 'queue', topics: ['hexfence/+/+/health'], maxConcurrency: 10 },
  message: HealthMessage,
  uses: { health: takeHealthReports },
  impact: 'The health of devices is not up to date.',
});

export const handler = work(worker, ({ message, health }) => health.take(message));
