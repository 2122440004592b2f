import { runActions } from '../../shared/actions/run.ts';
import { RunActionsMessage } from '../../shared/messages/run-actions.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Send the commands and notifications of geofences that have fired',
  source: { kind: 'queue', maxReceives: 8, batchSize: 5, maxConcurrency: 20 },
  message: RunActionsMessage,
  uses: { actions: runActions },
  timeoutSeconds: 60,
  impact: 'Devices do not get the commands, and people not the messages, that geofences send when they fire.',
});

export const handler = work(worker, ({ message, actions }) => actions.run(message));
