import { defineCapability } from '../capability/capability.ts';
import { noteUse, senderOf, tablesOfUse, toldOfUse } from '../certificates/sender.ts';
import { together } from '../entity/grants.ts';
import { withNumbers } from '../http/numbers.ts';
import { asWritten } from '../json/exact.ts';
import { type DeviceMessage, markedJsonOf } from '../messages/device-message.ts';
import { noteSeen } from '../presence/seen.ts';
import {
  foreign,
  malformed,
  type Refusal,
  refuseMessage,
  refuseOverQuota,
  tablesOfRefusal,
} from '../quarantine/refuse.ts';
import { retentionDaysOf, takesPoints } from '../tracking/subject.ts';
import { hasEventRoom, tablesOfEventQuota, toldOfQuota } from '../usage/events.ts';
import { inactiveDevice, ReadingsPayload, type RefusedReading, told } from './given.ts';
import { defersOfIngest, Ingest, tablesOfIngest } from './ingest.ts';

/** Takes readings from messages of devices. */

const payloadOf = (message: DeviceMessage): unknown => markedJsonOf(message);

/** Stores what sensors have measured. The same message again changes nothing. */
async function take(message: DeviceMessage): Promise<void> {
  const { tenant, deviceId, at: stamp } = message;
  if (!tenant || !deviceId) return refuseMessage(message, foreign);
  const parsed = ReadingsPayload.safeParse(withNumbers(ReadingsPayload, payloadOf(message)));
  const readings = (parsed.data?.readings ?? []).map((one, place) => told(one, place, stamp));
  const ingest = new Ingest({ tenant, deviceId, stamp, readings });
  const sender = await senderOf(message);
  const refusal = !sender ? foreign : parsed.success ? undefined : malformed;
  if (!sender || refusal) return await refuse(ingest, () => refuseMessage(message, refusal ?? foreign));
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

/** Each refused reading as it was sent. */
function refusalsOf(message: DeviceMessage, refused: readonly RefusedReading[]): Refusal[] {
  if (refused.length === 0) return [];
  // Reading the payload has changed what was given.
  const { readings } = asWritten(payloadOf(message)) as { readings: unknown[] };
  return refused.map(({ place, cause, message: text, component, key }) => ({
    cause,
    message: text,
    part: JSON.stringify(readings[place]),
    place,
    component,
    key,
  }));
}

export const takeReadings = defineCapability({
  tables: together([tablesOfUse, tablesOfRefusal, tablesOfEventQuota, tablesOfIngest]),
  handsTo: [...toldOfUse, ...toldOfQuota],
  defersTo: defersOfIngest,
  open: () => ({ take }),
});
