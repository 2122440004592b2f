import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { addresseesOfUse, noteUse, type Sender, senderOf, tablesOfUse } from '../certificates/sender.ts';
import { isTooFarAhead } from '../devices/clock.ts';
import { devices } from '../devices/devices.ts';
import { connectionTypes, type HealthRow } from '../devices/health.ts';
import { readWithWorkspace } from '../devices/stored.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { findEntity } from '../entity/rows.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import { type DeviceMessage, jsonOf } from '../messages/device-message.ts';
import type { Actor } from '../outbox/event.ts';
import { tooFarAhead } from '../quarantine/cause.ts';
import { readPayload } from '../quarantine/payload.ts';
import { foreign, type Refusal, refuseMessage, tablesOfRefusal } from '../quarantine/refuse.ts';
import { unlessChanged } from '../table/faults.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { messageId } from '../wire/message-id.ts';
import { absentIfNull } from '../wire/null.ts';
import { givenInstant, strictObject } from '../wire/schema.ts';
import { line } from '../wire/text.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { noteSeen } from './seen.ts';

/** Health reports: what devices send about themselves. */

const count = () => z.int().min(0).nullable().default(null);

export const HealthReport = strictObject({
  messageId: absentIfNull(messageId),
  uptimeSeconds: z.number().min(0).nullable().default(null),
  freeHeapBytes: count(),
  signalStrengthDbm: z.number().min(-200).max(100).nullable().default(null),
  connectionType: z.enum(connectionTypes).nullable().default(null),
  batteryPercent: z.number().min(0).max(100).nullable().default(null),
  readingsSent: count(),
  readingsDropped: count(),
  firmwareVersion: line(64).nullable().default(null),
  reportedAt: absentIfNull(givenInstant().optional()),
});

const main = new Table('main');

/** The report in a message, or why it is refused. */
function reportIn(message: Pick<DeviceMessage, 'payload' | 'at'>): HealthRow | Refusal {
  const read = readPayload(HealthReport, jsonOf(message));
  if ('refusal' in read) return read.refusal;
  const { messageId: _, reportedAt = message.at, ...report } = read.value;
  return isTooFarAhead(reportedAt, message.at) ? tooFarAhead('reportedAt') : ({ ...report, reportedAt } as HealthRow);
}

/** Stores a report unless a newer one is stored. A redelivered message changes nothing. */
async function takeHealth(message: DeviceMessage): Promise<void> {
  const sender = await senderOf(message);
  if (!sender) return refuseMessage(message, foreign);
  const row = reportIn(message);
  if ('cause' in row) return refuseMessage(message, row);
  await store(sender, row, message.at);
  await noteUse(sender);
}

async function store({ actor, device }: Pick<Sender, 'actor' | 'device'>, row: HealthRow, at: number): Promise<void> {
  const { reference } = actor.tenant;
  const isNewer = {
    expression: 'attribute_not_exists(reportedAt) OR reportedAt <= :at',
    values: { ':at': row.reportedAt },
  };
  await main.put(deviceKeys.health(reference, device.id), { ...row }, isNewer).catch(unlessChanged);
  await noteSeen(reference, device.id, at);
  await noteFirmware(actor, device.id, row.firmwareVersion);
}

/**
 * Takes a refused report again, with its original time of receipt. It is idempotent.
 *
 * @param dryRun only returns what would happen
 * @returns undefined if it is accepted, or else why not
 */
export async function retakeHealth(
  message: DeviceMessage,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Refusal | undefined> {
  const { tenant, deviceId } = message;
  const read = tenant && deviceId ? await readWithWorkspace(tenant, deviceId) : undefined;
  if (!read) return foreign;
  const row = reportIn(message);
  if ('cause' in row) return row;
  if (!dryRun) await store({ actor: systemCaller(read.workspace), device: read.device }, row, message.at);
  return undefined;
}

async function noteFirmware(actor: Actor, id: string, firmwareVersion: string | null): Promise<void> {
  if (firmwareVersion === null) return;
  await retryingRaces(async () => {
    const device = await findEntity(devices, actor.tenant.reference, id);
    if (!device || device.values.firmwareVersion === firmwareVersion) return;
    await writeEntity(devices, actor, device, nextVersion(device, { ...device.values, firmwareVersion }));
  });
}

/** The rights to take reports again. */
export const tablesOfRetaking = together([tablesOf(devices, 'change'), { main: ['BatchGetItem', 'UpdateItem'] }]);

export const takeHealthReports = defineCapability({
  tables: together([tablesOfUse, tablesOfRefusal]),
  handsTo: addresseesOfUse,
  open: () => ({ take: takeHealth }),
});
