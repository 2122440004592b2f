import { RunMessage } from '../../shared/messages/workflows.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';
import { runWorkflows } from '../../shared/workflows/run.ts';

export const worker = defineWorker({
  summary: 'Run the steps of workflows',
  source: { kind: 'queue', maxReceives: 8, batchSize: 5, maxConcurrency: 20 },
  message: RunMessage,
  uses: { workflows: runWorkflows },
  timeoutSeconds: 60,
  impact: 'Workflows that have started do not continue: mails, calls and commands of customers are not sent.',
});

export const handler = work(worker, ({ message, workflows }) => workflows.run(message));
