import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { addresseesOfUse, noteUse, type Sender, senderOf, tablesOfUse } from '../certificates/sender.ts';
import { devices } from '../devices/devices.ts';
import { readWithWorkspace } from '../devices/stored.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { checkedItem } from '../http/failures.ts';
import { withNumbers } from '../http/numbers.ts';
import { asDoubles, asWritten, isJsonObject } from '../json/exact.ts';
import { boundedPoint, type GoodPoint, isRefusal, Points } from '../locations/given.ts';
import { type StoredPoint, storedPoint } from '../locations/row.ts';
import { type DeviceMessage, markedJsonOf } from '../messages/device-message.ts';
import { type PointsMessage, TimerMessage } from '../messages/tracking.ts';
import { malformed } from '../quarantine/cause.ts';
import { notJson } from '../quarantine/payload.ts';
import {
  foreign,
  inactive,
  type Refusal,
  refuseMessage,
  refuseOverQuota,
  tablesOfRefusal,
} from '../quarantine/refuse.ts';
import { hasEventRoom, quotaWarnings, tablesOfEventQuota } from '../usage/events.ts';
import { messageId } from '../wire/message-id.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { ingest } from './ingest.ts';
import { subjectOf } from './subject.ts';
import { trackingTables } from './tables.ts';

/** Takes points from queues. */

/** Stores points that were accepted over HTTP. Idempotent. */
async function ingestMessage({ tenant, deviceId, receivedAt, points }: PointsMessage): Promise<void> {
  const read = async () => {
    const read = await readWithWorkspace(tenant, deviceId);
    return read && subjectOf(systemCaller(read.workspace), read.workspace, read.device, receivedAt);
  };
  const given = points.map(({ fix, more }) => ({ fix, more }));
  await ingest(tenant, deviceId, read, given, { fresh: false });
}

/** The tables for storing points. */
export const tablesOfPoints = together([trackingTables, tablesOf(devices, 'change')]);

export const ingestPoints = defineCapability({
  tables: tablesOfPoints,
  defersTo: [TimerMessage],
  open: () => ({ ingest: ingestMessage }),
});

/** The most points of a message of a device. */
const mostInMessage = 100;

const MessageOfPoints = strictObject(whenMade({ messageId, points: z.array(z.unknown()).min(1).max(mostInMessage) }));

/** The fields that a message of one point may have beside it. */
const BesidePoint = z.object(whenMade({ messageId }));

/** The points of a message, one or a list in `points`, or why it is refused. */
function pointsIn(payload: unknown): { readonly points: unknown } | { readonly refusal: Refusal } {
  if (payload === undefined) return { refusal: notJson };
  if (!isJsonObject(payload)) return { refusal: malformed('Should be an object') };
  const { messageId: id, points, ...others } = payload;
  const isMany = points !== undefined && points !== null;
  const beside = { messageId: asDoubles(id) };
  const read = isMany
    ? checkedItem(MessageOfPoints, { ...others, ...beside, points })
    : checkedItem(BesidePoint, beside);
  return 'wrong' in read ? { refusal: malformed(read.wrong) } : { points: isMany ? points : [others] };
}

export const tooOld = {
  cause: 'POINT_INVALID',
  message: 'recordedAt: Should not be older than points are kept',
} as const;

/** Stores the points in a message of a device. Idempotent. */
async function take(message: DeviceMessage): Promise<void> {
  const { tenant, deviceId, at: receivedAt } = message;
  if (!tenant || !deviceId) return refuseMessage(message, foreign);
  const { points, refusals, sentAt } = pointsOf(message);
  let sender: Sender | undefined;
  let isOverQuota = false;
  const read = async () => {
    sender = await senderOf(message);
    if (!sender) return undefined;
    isOverQuota = !(await hasEventRoom(sender.actor.tenant, deviceId));
    return isOverQuota ? undefined : subjectOf(sender.actor, sender.workspace, sender.device, receivedAt);
  };
  const done = await ingest(tenant, deviceId, read, points, { fresh: false });
  if (isOverQuota) return refuseOverQuota(message);
  if (!done) return await refuseMessage(message, sender ? inactive : foreign);
  const outdated = done.outdated.map(({ fix }) => ({ ...tooOld, ...sentAt(fix.at) }));
  await refuseMessage(message, ...refusals, ...outdated);
  if (sender) await noteUse(sender);
}

/** A point as it was sent, and where. */
type Sent = Required<Pick<Refusal, 'part' | 'place' | 'alone'>>;

interface MessagePoints {
  /** The valid points, in order of time. */
  readonly points: StoredPoint[];
  readonly refusals: readonly Refusal[];
  /** The valid point of an instant as it was sent. */
  readonly sentAt: (at: number) => Sent;
  /** Whether the message is refused as a whole. */
  readonly isWhole: boolean;
}

/** The valid points of a message, and the refusals of the others. */
export function pointsOf(message: Pick<DeviceMessage, 'payload' | 'at'>): MessagePoints {
  const given = pointsIn(markedJsonOf(message));
  if ('refusal' in given) {
    return {
      points: [],
      refusals: [given.refusal],
      sentAt: () => ({ part: '', place: 0, alone: true }),
      isWhole: true,
    };
  }
  const parsed = Points.parse(withNumbers(Points, given.points));
  const bounds = { receivedAt: message.at, retentionDays: Number.POSITIVE_INFINITY };
  const read = parsed.map((point, _, { length }) => boundedPoint(point, { ...bounds, isAlone: length === 1 }));
  // Of several points with one time, the first one counts.
  const places = new Map<number, number>();
  for (const [i, one] of read.entries()) {
    if (!isRefusal(one) && !places.has(one.recordedAt)) places.set(one.recordedAt, i);
  }
  const points = [...places.values()].map((i) => storedPoint(read[i] as GoodPoint, message.at));
  let sent: unknown[] | undefined;
  const sentIn = (place: number): Sent => {
    // Parsing has changed the points, so the message is read again.
    sent ??= asWritten((pointsIn(markedJsonOf(message)) as { points: unknown }).points) as unknown[];
    return { part: JSON.stringify(sent[place]), place, alone: sent.length === 1 };
  };
  const refusals = read.flatMap((one, i): Refusal[] =>
    isRefusal(one) ? [{ cause: one.code, message: one.message, ...sentIn(i) }] : [],
  );
  return {
    points: points.sort((a, b) => a.fix.at - b.fix.at),
    refusals,
    sentAt: (at) => sentIn(places.get(at)!),
    isWhole: false,
  };
}

export const takeLocations = defineCapability({
  tables: together([tablesOfPoints, tablesOfUse, tablesOfRefusal, tablesOfEventQuota]),
  handsTo: [...addresseesOfUse, ...quotaWarnings],
  defersTo: [TimerMessage],
  open: () => ({ take }),
});
