import { equipDevices } from '../../shared/devices/equip.ts';
import { EquipMessage } from '../../shared/messages/equip-device.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Give a device the components of its profile: make missing ones, and move present ones',
  source: { kind: 'queue', maxConcurrency: 10 },
  message: EquipMessage,
  uses: { devices: equipDevices },
  timeoutSeconds: 60,
  impact: 'Devices lack components of their profiles, and readings of these components are refused.',
});

export const handler = work(worker, ({ message, devices }) => devices.equip(message));
