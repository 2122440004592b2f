import { retireDevices } from '../../shared/devices/retire.ts';
import { UnlinkMessage } from '../../shared/messages/unlink.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'End what there is of a deleted device beside itself',
  source: { kind: 'queue', maxConcurrency: 10 },
  message: UnlinkMessage,
  uses: { devices: retireDevices },
  timeoutSeconds: 60,
  impact: 'What belongs to deleted devices stays.',
});

export const handler = work(worker, ({ message, devices }) => devices.retire(message));
