import { timeOutCommands } from '../../shared/commands/time-out.ts';
import { TimeoutMessage } from '../../shared/messages/commands.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Record commands that have timed out',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: TimeoutMessage,
  uses: { commands: timeOutCommands },
  impact: 'Commands that have timed out are not reported.',
});

export const handler = work(worker, ({ message, commands }) => commands.timeOut(message));
