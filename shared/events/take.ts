import { defineCapability } from '../capability/capability.ts';
import { isInForce } from '../certificates/certificate.ts';
import { addresseesOfUse, noteUse, type Sender, senderOf, tablesOfUse } from '../certificates/sender.ts';
import { isTooFarAhead } from '../devices/clock.ts';
import { together } from '../entity/grants.ts';
import type { Recording } from '../http/once.ts';
import { type DeviceMessage, markedJsonOf } from '../messages/device-message.ts';
import { noteSeen } from '../presence/seen.ts';
import { tooFarAhead } from '../quarantine/cause.ts';
import { readPayload } from '../quarantine/payload.ts';
import { foreign, refuseMessage, refuseOverQuota, tablesOfRefusal } from '../quarantine/refuse.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { type DriveStep, driveTrip, driveTrips } from '../trips/drive.ts';
import { TripName } from '../trips/wire.ts';
import { hasEventRoom, quotaWarnings, tablesOfEventQuota } from '../usage/events.ts';
import { DeviceEvent } from './device-event.ts';
import { isTaken, keep, type Received, received, unlessTaken } from './keep.ts';
import { type Clients, rotate } from './rotation.ts';

/** Events that devices send: each is stored once, and those of a reserved type have an effect. */

/**
 * Does what an event asks for, and stores the event in the same transaction. Returns false if there is nothing to do;
 * the caller then stores the event.
 */
type Effect = (sender: Sender, event: DeviceEvent, clients: Clients, once: Recording) => Promise<boolean>;

/** The reserved types. Events of other types are only stored. */
const effects: Readonly<Partial<Record<string, Effect>>> = {
  'certificate.rotate': rotates,
  'session.start': tripStep('start'),
  'session.pause': tripStep('pause'),
  'session.resume': tripStep('resume'),
  'session.end': tripStep('end'),
};

/**
 * Issues the device's next certificate. A certificate that was revoked since the request was sent may be stolen, so it
 * gets no successor: the request is only stored.
 */
async function rotates(...given: Parameters<Effect>): Promise<boolean> {
  const [{ certificate }] = given;
  if (!isInForce(certificate)) return false;
  await rotate(...given);
  return true;
}

/** Starts, pauses, resumes or ends the trip of the device. */
function tripStep(step: DriveStep): Effect {
  return async ({ actor, device }, { occurredAt, data }, _clients, once) => {
    if (occurredAt === undefined) return false;
    const { data: name } = TripName.safeParse(data?.name);
    return await driveTrip(actor, device.id, step, occurredAt, once, name);
  };
}

async function take(message: DeviceMessage, clients: Clients): Promise<void> {
  const sender = await senderOf(message);
  if (!sender) return refuseMessage(message, foreign);
  const read = readPayload(DeviceEvent, markedJsonOf(message));
  if ('refusal' in read) return refuseMessage(message, read.refusal);
  const event = read.value;
  if (isTooFarAhead(event.occurredAt ?? 0, message.at)) return refuseMessage(message, tooFarAhead('occurredAt'));
  const one = received(sender, message, event);
  if (!(await isTaken(one))) {
    if (!(await hasEventRoom(sender.actor.tenant, sender.device.id))) return refuseOverQuota(message);
    await act(sender, one, clients).catch(unlessTaken);
  }
  await noteSeen(sender.actor.tenant.reference, sender.device.id, message.at);
  await noteUse(sender);
}

async function act(sender: Sender, one: Received, clients: Clients): Promise<void> {
  const { event } = one;
  const effect = Object.hasOwn(effects, event.type) ? effects[event.type] : undefined;
  const once: Recording = { record: (transaction) => keep(transaction, sender, one) };
  if (await effect?.(sender, { ...event, occurredAt: event.occurredAt ?? one.at }, clients, once)) return;
  await retryingRaces(async () => {
    const transaction = new Transaction();
    keep(transaction, sender, one);
    await transaction.commit();
  });
}

export const takeDeviceEvents = defineCapability({
  tables: together([
    tablesOfUse,
    tablesOfRefusal,
    driveTrips.tables ?? {},
    tablesOfEventQuota,
    { access: ['GetItem', 'PutItem', 'UpdateItem'], telemetry: ['PutItem'] },
  ]),
  handsTo: [...addresseesOfUse, ...quotaWarnings],
  open: () => ({ take }),
});
