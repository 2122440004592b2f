import { sendCommands } from '../../shared/commands/send.ts';
import { SendMessage } from '../../shared/messages/commands.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Send commands to devices',
  source: { kind: 'queue', maxConcurrency: 10 },
  message: SendMessage,
  uses: { commands: sendCommands },
  impact: 'Commands do not reach devices; those whose deadline passes time out without having been sent.',
});

export const handler = work(worker, ({ message, commands }) => commands.send(message));
