import { RetireMessage } from '../../shared/messages/retire-device.ts';
import { retireDevices } from '../../shared/retiring/retire.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Remove everything that belonged to a deleted device',
  source: { kind: 'queue', maxConcurrency: 10 },
  message: RetireMessage,
  uses: { devices: retireDevices },
  timeoutSeconds: 60,
  impact: 'The broker still accepts connections of deleted devices; what they send is refused all the same.',
});

export const handler = work(worker, ({ message, devices }) => devices.retire(message));
