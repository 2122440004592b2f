import { defineCapability } from '../capability/capability.ts';
import { addresseesOfUse, noteUse, senderOf, tablesOfUse } from '../certificates/sender.ts';
import { together } from '../entity/grants.ts';
import { type DeviceMessage, markedJsonOf } from '../messages/device-message.ts';
import { noteSeen } from '../presence/seen.ts';
import { readPayload } from '../quarantine/payload.ts';
import { foreign, refuseMessage, refuseOverQuota, tablesOfRefusal } from '../quarantine/refuse.ts';
import { retentionDaysOf, takesPoints } from '../tracking/subject.ts';
import { hasEventRoom, quotaWarnings, tablesOfEventQuota } from '../usage/events.ts';
import { inactiveDevice, ReadingsPayload, readingOf } from './given.ts';
import { defersOfIngest, Ingest, tablesOfIngest } from './ingest.ts';
import { refusalsOf } from './retake-message.ts';

/** Takes readings from messages of devices. */

/** Stores the readings of a message. A redelivered message changes nothing. */
async function take(message: DeviceMessage): Promise<void> {
  const { tenant, deviceId, at: stamp } = message;
  if (!tenant || !deviceId) return refuseMessage(message, foreign);
  const read = readPayload(ReadingsPayload, markedJsonOf(message));
  const readings = 'value' in read ? read.value.readings.map((one, place) => readingOf(one, place, stamp)) : [];
  const ingest = new Ingest({ tenant, deviceId, stamp, readings });
  const sender = await senderOf(message);
  if (!sender) return await refuse(ingest, () => refuseMessage(message, foreign));
  if ('refusal' in read) return await refuse(ingest, () => refuseMessage(message, read.refusal));
  const { actor, device, workspace } = sender;
  if (!(await hasEventRoom(actor.tenant, deviceId))) return await refuse(ingest, async () => refuseOverQuota(message));
  if (!takesPoints(device.values.status)) {
    const all = readings.map((one) => ({ ...one, ...inactiveDevice }));
    return await refuse(ingest, () => refuseMessage(message, ...refusalsOf(message, all)));
  }
  const [{ refused }] = await Promise.all([
    ingest.store({ actor, retentionDays: retentionDaysOf(workspace) }),
    noteSeen(tenant, deviceId, stamp),
    noteUse(sender),
  ]);
  await refuseMessage(message, ...refusalsOf(message, refused));
}

async function refuse(ingest: Ingest, keep: () => Promise<void>): Promise<void> {
  await ingest.withdraw();
  await keep();
}

export const takeReadings = defineCapability({
  tables: together([tablesOfUse, tablesOfRefusal, tablesOfEventQuota, tablesOfIngest]),
  handsTo: [...addresseesOfUse, ...quotaWarnings],
  defersTo: defersOfIngest,
  open: () => ({ take }),
});
