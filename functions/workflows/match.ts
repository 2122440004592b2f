import { MatchWorkflowsMessage } from '../../shared/messages/workflows.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';
import { matchWorkflows } from '../../shared/workflows/match.ts';

export const worker = defineWorker({
  summary: 'Start the workflows of events: one execution for each workflow whose trigger fits',
  source: { kind: 'queue', maxConcurrency: 50 },
  message: MatchWorkflowsMessage,
  uses: { workflows: matchWorkflows },
  impact: 'Workflows do not start when something happens.',
});

export const handler = work(worker, ({ message, workflows }) => workflows.match(message));
