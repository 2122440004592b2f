import { rotateCertificates } from '../../shared/certificates/rotate.ts';
import { issueCommands } from '../../shared/commands/create.ts';
import { takeDeviceEvents } from '../../shared/events/take.ts';
import { EventMessage } from '../../shared/messages/device-message.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Store the events that devices send, and do what they ask for',
  source: { kind: 'queue', topics: ['hexfence/+/+/events'], maxConcurrency: 10 },
  message: EventMessage,
  uses: { events: takeDeviceEvents, certificates: rotateCertificates, commands: issueCommands },
  timeoutSeconds: 60,
  impact: 'Events of devices are late, and devices that ask for their next certificate wait.',
});

export const handler = work(worker, ({ message, events, certificates, commands }) =>
  events.take(message, { certificates, commands }),
);
