import { takeAcks } from '../../shared/commands/acks.ts';
import { AckMessage } from '../../shared/messages/device-message.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Apply the acknowledgements of commands',
  source: { kind: 'queue', topics: ['hexfence/+/+/commands/ack'], maxConcurrency: 10 },
  message: AckMessage,
  uses: { acks: takeAcks },
  impact: 'Commands time out although devices have acknowledged them.',
});

export const handler = work(worker, ({ message, acks }) => acks.take(message));
