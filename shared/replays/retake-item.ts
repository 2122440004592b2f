import type { Tables } from '../capability/capability.ts';
import { senderOf, tablesOfUse } from '../certificates/sender.ts';
import { together } from '../entity/grants.ts';
import { DeviceMessage } from '../messages/device-message.ts';
import { retakeHealth, tablesOfRetaking } from '../presence/health-report.ts';
import type { ItemRow, Refused } from '../quarantine/item.ts';
import { foreign, type Refusal, refuseMessage, tablesOfRefusal } from '../quarantine/refuse.ts';
import { retake, retakeReadings } from '../readings/replay.ts';
import { retakeMessage } from '../readings/retake-message.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Retaken, retakePoint, retakePoints } from '../tracking/retake.ts';
import { tablesOfPoints } from '../tracking/take-points.ts';

/** Taking one quarantined item again. */

interface Trial {
  readonly dryRun: boolean;
}

/**
 * Takes an item again by the rules of today, with its original instants. Idempotent. If at least one part of a whole
 * message is accepted, the parts that are still refused become items of their own.
 *
 * @returns undefined if it is accepted, or else why not
 */
export async function retakeItem(
  tenant: TenantReference,
  row: ItemRow,
  { part, payload = '' }: Refused,
  trial: Trial,
): Promise<Refusal | undefined> {
  const { deviceId, receivedAt, place = 0, alone = false, topic } = row;
  const kind = topic.split('/').slice(3).join('/');
  if (part !== undefined) {
    if (kind === 'location') return await retakePoint(tenant, { deviceId, part, alone, receivedAt }, trial);
    if (kind === 'readings') return await retake(tenant, { deviceId, part, place, receivedAt }, trial);
    return asBefore(row);
  }
  const message = DeviceMessage.parse({ topic, payload, principal: row.principal, at: receivedAt });
  if (!(await isOfSender(tenant, row, message))) return foreign;
  if (kind === 'health') return await retakeHealth(message, trial);
  if (kind === 'location') return await concluded(message, await retakePoints(tenant, deviceId, message, trial), trial);
  if (kind === 'readings')
    return await concluded(message, await retakeMessage(tenant, deviceId, message, trial), trial);
  return asBefore(row);
}

/**
 * Events and acknowledgements are not taken again: days later, the command has timed out, and nobody waits for the
 * certificate any more.
 */
const asBefore = ({ cause, message }: ItemRow): Refusal => ({ cause, message });

/** Whether a message really comes from this device; false if its certificate still does not match. */
async function isOfSender(tenant: TenantReference, { cause, deviceId }: ItemRow, message: DeviceMessage) {
  if (message.tenant !== tenant || message.deviceId !== deviceId) return false;
  return cause !== 'CERTIFICATE_MISMATCH' || (await senderOf(message)) !== undefined;
}

async function concluded(message: DeviceMessage, { accepted, refusals }: Retaken, { dryRun }: Trial) {
  if (accepted === 0) return refusals[0];
  if (!dryRun) await refuseMessage(message, ...refusals);
  return undefined;
}

/** The tables for taking items again. */
export const tablesOfRetake: Tables = together([
  tablesOfUse,
  tablesOfRefusal,
  tablesOfPoints,
  tablesOfRetaking,
  retakeReadings.tables ?? {},
]);
