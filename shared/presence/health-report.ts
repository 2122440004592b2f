import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { noteUse, type Sender, senderOf, tablesOfUse, toldOfUse } from '../certificates/sender.ts';
import { isTooFarAhead } from '../devices/clock.ts';
import { devices } from '../devices/devices.ts';
import { connectionTypes, type HealthRow } from '../devices/health.ts';
import { together } from '../entity/grants.ts';
import { findEntity } from '../entity/rows.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import { type DeviceMessage, jsonOf } from '../messages/device-message.ts';
import { foreign, malformed, refuseMessage, tablesOfRefusal } from '../quarantine/refuse.ts';
import { unlessChanged } from '../table/faults.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { givenInstant, strictObject } from '../wire/schema.ts';
import { line } from '../wire/text.ts';
import { noteSeen } from './seen.ts';

/** Health reports: what devices send about themselves. */

const count = () => z.int().min(0).nullable().default(null);

const HealthReport = strictObject({
  messageId: z.string().min(1).max(64).optional(),
  uptimeSeconds: z.number().min(0).nullable().default(null),
  freeHeapBytes: count(),
  signalStrengthDbm: z.number().min(-200).max(100).nullable().default(null),
  connectionType: z.enum(connectionTypes).nullable().default(null),
  batteryPercent: z.number().min(0).max(100).nullable().default(null),
  readingsSent: count(),
  readingsDropped: count(),
  firmwareVersion: line(64).nullable().default(null),
  reportedAt: givenInstant().optional(),
});

const main = new Table('main');

/** Stores a report unless a newer one is stored. A repeated message changes nothing. */
async function takeHealth(message: DeviceMessage): Promise<void> {
  const sender = await senderOf(message);
  if (!sender) return refuseMessage(message, foreign);
  const parsed = HealthReport.safeParse(jsonOf(message));
  const { messageId: _, reportedAt = message.at, ...report } = parsed.data ?? {};
  if (!parsed.success || isTooFarAhead(reportedAt, message.at)) return refuseMessage(message, malformed);
  const row = { ...report, reportedAt } as HealthRow;
  const { reference } = sender.actor.tenant;
  const isNewer = {
    expression: 'attribute_not_exists(reportedAt) OR reportedAt <= :at',
    values: { ':at': reportedAt },
  };
  await main.put(deviceKeys.health(reference, sender.device.id), { ...row }, isNewer).catch(unlessChanged);
  await noteSeen(reference, sender.device.id, message.at);
  await noteFirmware(sender, row.firmwareVersion);
  await noteUse(sender);
}

async function noteFirmware({ actor, device: { id } }: Sender, firmwareVersion: string | null): Promise<void> {
  if (firmwareVersion === null) return;
  await retryingRaces(async () => {
    const device = await findEntity(devices, actor.tenant.reference, id);
    if (!device || device.values.firmwareVersion === firmwareVersion) return;
    await writeEntity(devices, actor, device, nextVersion(device, { ...device.values, firmwareVersion }));
  });
}

export const takeHealthReports = defineCapability({
  tables: together([tablesOfUse, tablesOfRefusal]),
  handsTo: toldOfUse,
  open: () => ({ take: takeHealth }),
});
