import { defineCapability } from '../capability/capability.ts';
import { noteUse, senderOf, tablesOfUse, toldOfUse } from '../certificates/sender.ts';
import { together } from '../entity/grants.ts';
import { type DeviceMessage, jsonOf } from '../messages/device-message.ts';
import { noteSeen } from '../presence/seen.ts';
import { foreign, inactive, malformed, refuseMessage, tablesOfRefusal } from '../quarantine/refuse.ts';
import { idFor } from '../table/ids.ts';
import { readingKeys } from '../table/keys/readings.ts';
import { Table } from '../table/table.ts';
import { retentionDaysOf } from '../tracking/subject.ts';

/**
 * Messages with readings of sensors, which are kept as they come: what a reading means is known by profiles of devices,
 * which there are not yet.
 */

const telemetry = new Table('telemetry');
const secondsPerDay = 86_400;

/** The same message again is the same row. */
async function take(message: DeviceMessage): Promise<void> {
  const sender = await senderOf(message);
  if (!sender) return refuseMessage(message, foreign);
  const { actor, device, workspace } = sender;
  if (device.values.status === 'INACTIVE') return refuseMessage(message, inactive);
  const { payload, topic, at } = message;
  const readings = (jsonOf(message) as { readings?: unknown } | undefined)?.readings;
  if (!Array.isArray(readings) || readings.length === 0) return refuseMessage(message, malformed);
  const { reference } = actor.tenant;
  const day = new Date(at).toISOString().slice(0, 10);
  const key = readingKeys.message(reference, device.id, day, idFor(at, `${topic} ${payload}`));
  const ttl = Math.ceil(at / 1000) + retentionDaysOf(workspace) * secondsPerDay;
  await telemetry.put(key, { receivedAt: at, payload, ttl });
  await noteSeen(reference, device.id, at);
  await noteUse(sender);
}

export const keepReadings = defineCapability({
  tables: together([tablesOfUse, tablesOfRefusal, { telemetry: ['PutItem'] }]),
  handsTo: toldOfUse,
  open: () => ({ take }),
});
