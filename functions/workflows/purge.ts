import { PurgeMessage } from '../../shared/messages/workflows.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';
import { purgeWorkflows } from '../../shared/workflows/purge.ts';

export const worker = defineWorker({
  summary: 'Remove the versions and executions of a deleted workflow',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: PurgeMessage,
  uses: { workflows: purgeWorkflows },
  timeoutSeconds: 60,
  impact: 'What deleted workflows did stays in the database; nobody sees it.',
});

export const handler = work(worker, ({ message, workflows }) => workflows.purge(message));
