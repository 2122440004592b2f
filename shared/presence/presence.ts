import { defineCapability } from '../capability/capability.ts';
import { addresseesOfUse, findSender, noteUse, tablesOfUse } from '../certificates/sender.ts';
import { devices } from '../devices/devices.ts';
import type { PresenceRow } from '../devices/presence.ts';
import { publishDeviceEvent } from '../devices/publish.ts';
import { dropDue, putDue } from '../due/due.ts';
import { together } from '../entity/grants.ts';
import { findEntity } from '../entity/rows.ts';
import { touched, writeEntity } from '../entity/write.ts';
import { SendMessage } from '../messages/commands.ts';
import { ClientEvent, type DeviceMessage, jsonOf } from '../messages/device-message.ts';
import { GoneMessage } from '../messages/presence.ts';
import type { Actor } from '../outbox/event.ts';
import { foreign, refuseMessage, tablesOfRefusal } from '../quarantine/refuse.ts';
import { sendTo } from '../queue/sender.ts';
import { unchanged } from '../table/expressions.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { platformReference, type TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { noteSeen } from './seen.ts';

/** Whether devices are connected, by the events of the broker, which may come twice, late and out of order. */

const main = new Table('main');
const graceMilliseconds = 60_000;
const staleMilliseconds = 30 * 60_000;

const subjectOf = (deviceId: string): string => `presence#${deviceId}`;

/** Whether an event is newer than the stored one: a later session, the end of the session, or a restarted count. */
function isNewer(known: PresenceRow | undefined, next: PresenceRow): boolean {
  if (!known || next.session > known.session) return true;
  if (next.session === known.session) return known.connected && !next.connected;
  return next.at > known.at + staleMilliseconds;
}

/** Handles an event of the broker. A redelivered event, or one that is older than the stored one, changes nothing. */
async function take(message: DeviceMessage): Promise<void> {
  const { data: event } = ClientEvent.safeParse(jsonOf(message));
  const { clientId: deviceId, principalIdentifier: certificateId, eventType, versionNumber: session = 0 } = event ?? {};
  // A client without a certificate is not a device of ours, so its events are ignored.
  const bearer =
    certificateId === undefined
      ? undefined
      : await main.get<{ tenant: TenantReference; deviceId: string }>(
          certificateKeys.bearer(platformReference, certificateId),
        );
  if (!event || !deviceId || !certificateId || bearer?.deviceId !== deviceId) return refuseMessage(message, foreign);
  if (eventType === 'subscribed') return await sendOpenCommands(bearer.tenant, deviceId, event.topics ?? []);
  if (eventType === 'unsubscribed') return;
  const connected = eventType === 'connected';
  const sender = await findSender(bearer.tenant, deviceId, certificateId, event.timestamp);
  if (!sender && connected) return refuseMessage({ ...message, principal: certificateId }, foreign);
  const actor = sender?.actor ?? (await platformIn(bearer.tenant));
  if (!actor) return;
  await retryingRaces(() => settle(actor, deviceId, { session, connected, certificateId, at: event.timestamp }));
  await noteSeen(bearer.tenant, deviceId, event.timestamp);
  if (sender) await noteUse(sender);
  if (connected) await sendTo(SendMessage.order({ tenant: bearer.tenant, deviceId }));
}

/** Sends the open commands to a device that has subscribed to its commands. */
async function sendOpenCommands(tenant: TenantReference, deviceId: string, topics: readonly string[]): Promise<void> {
  if (topics.some((topic) => topic.endsWith('/commands'))) await sendTo(SendMessage.order({ tenant, deviceId }));
}

async function platformIn(tenant: TenantReference): Promise<Actor | undefined> {
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  return workspace && systemCaller(workspace);
}

/** Whether a device that connects was away long enough to count as gone, or was never connected. */
const wasAway = (known: PresenceRow | undefined, at: number): boolean =>
  !known || (!known.connected && at - known.at >= graceMilliseconds);

async function settle(actor: Actor, deviceId: string, next: PresenceRow): Promise<void> {
  const { reference } = actor.tenant;
  const key = deviceKeys.presence(reference, deviceId);
  const [device, known] = [await findEntity(devices, reference, deviceId), await main.get<PresenceRow>(key)];
  if (!device || !isNewer(known, next)) return;
  const { status } = device.values;
  const back = next.connected && status === 'OFFLINE';
  const values = { ...device.values, connected: next.connected, status: back ? ('ACTIVE' as const) : status };
  const after = touched(device, values);
  await writeEntity(devices, actor, device, after, async (transaction) => {
    const asRead = unchanged({ session: known?.session, connected: known?.connected });
    transaction.put(main, key, { ...next }, asRead, lostRace);
    if (next.connected && wasAway(known, next.at)) {
      await publishDeviceEvent(transaction, actor.tenant, 'device.online', after);
    }
    if (next.connected) dropDue(transaction, reference, subjectOf(deviceId));
    else waitFor(transaction, reference, deviceId, next);
  });
}

/**
 * Schedules the check whether a device is still away. A device that returns within a minute never becomes `OFFLINE`.
 */
function waitFor(
  transaction: Transaction,
  tenant: TenantReference,
  deviceId: string,
  { session, at }: PresenceRow,
): void {
  const message: GoneMessage = { tenant, deviceId, session };
  putDue(transaction, tenant, subjectOf(deviceId), GoneMessage, [{ at: at + graceMilliseconds, message }]);
}

/** Makes an `ACTIVE` device that is still away `OFFLINE`. */
async function settleGone({ tenant, deviceId, session }: GoneMessage): Promise<void> {
  const actor = await platformIn(tenant);
  if (!actor) return;
  const key = deviceKeys.presence(tenant, deviceId);
  await retryingRaces(async () => {
    const [device, known] = [await findEntity(devices, tenant, deviceId), await main.get<PresenceRow>(key)];
    if (!device || !known || known.connected || known.session !== session) return;
    if (device.values.status !== 'ACTIVE') return;
    const after = touched(device, { ...device.values, status: 'OFFLINE' });
    await writeEntity(devices, actor, device, after, async (transaction) => {
      transaction.check(main, key, unchanged({ session, connected: false }), lostRace);
      await publishDeviceEvent(transaction, actor.tenant, 'device.offline', after);
    });
  });
}

const tables = together([tablesOfUse, tablesOfRefusal, { main: ['ConditionCheckItem'] }]);

export const takePresence = defineCapability({
  tables,
  sendsTo: [SendMessage],
  handsTo: addresseesOfUse,
  defersTo: [GoneMessage],
  open: () => ({ take }),
});

export const settlePresence = defineCapability({ tables, open: () => ({ settle: settleGone }) });
