import { defineCapability } from '../capability/capability.ts';
import { noteUse, senderOf, tablesOfUse, toldOfUse } from '../certificates/sender.ts';
import { devices } from '../devices/devices.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { readEntity } from '../entity/rows.ts';
import { boundedPoint, type GoodPoint, isRefusal, Points } from '../locations/given.ts';
import { storedPoint } from '../locations/row.ts';
import { type DeviceMessage, jsonOf } from '../messages/device-message.ts';
import { type PointsMessage, TimerMessage } from '../messages/tracking.ts';
import { refuseMessage } from '../presence/refused.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { type Row, Table } from '../table/table.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { ingest } from './ingest.ts';
import { retentionDaysOf, subjectOf } from './subject.ts';
import { trackingTables } from './tables.ts';

/** Takes points from queues. */

const main = new Table('main');

/** Stores points that were accepted over HTTP. Done again, it finds them stored. */
async function ingestMessage({ tenant, deviceId, receivedAt, points }: PointsMessage): Promise<void> {
  const read = async () => {
    const [workspace, body] = await main.getMany([
      workspaceKeys.workspace(tenant),
      entityKeys.body(tenant, devices.name, deviceId),
    ]);
    if (!workspace || !body) return undefined;
    const space = workspace as unknown as WorkspaceRow;
    const device = readEntity<(typeof devices)['fields']>(body as Row);
    return subjectOf(systemCaller(space), space, device, receivedAt);
  };
  const given = points.map(({ fix, more }) => ({ fix, more }));
  await ingest(tenant, deviceId, read, given, { fresh: false });
}

const tables = together([trackingTables, tablesOfUse, tablesOf(devices, 'change')]);

export const ingestPoints = defineCapability({
  tables,
  defersTo: [TimerMessage],
  open: () => ({ ingest: ingestMessage }),
});

/** The most points of a message of a device. */
const mostInMessage = 100;

/** The points of a message: one, or a list in `points`. */
function pointsIn(payload: unknown): unknown {
  const isList = typeof payload === 'object' && payload !== null && 'points' in payload;
  if (!isList) return payload;
  const { points, messageId, ...others } = payload as Record<string, unknown>;
  const isNamed = messageId === undefined || (typeof messageId === 'string' && /^.{1,64}$/su.test(messageId));
  const isRight =
    Array.isArray(points) && points.length <= mostInMessage && isNamed && Object.keys(others).length === 0;
  return isRight ? points : undefined;
}

/** Stores what a device says. The same message again finds its points stored. */
async function take(message: DeviceMessage): Promise<void> {
  const { tenant, deviceId, at: receivedAt } = message;
  if (!tenant || !deviceId) return refuseMessage(message, 'foreign');
  const parsed = Points.safeParse(pointsIn(jsonOf(message)));
  const sender = await senderOf(message);
  if (!sender) return refuseMessage(message, 'foreign');
  if (!parsed.success) return refuseMessage(message, 'malformed');
  const bounds = { receivedAt, retentionDays: retentionDaysOf(sender.workspace), isAlone: parsed.data.length === 1 };
  const read = parsed.data.map((point) => boundedPoint(point, bounds));
  const good = read.filter((one): one is GoodPoint => !isRefusal(one));
  if (good.length < read.length) refuseMessage(message, 'malformed');
  const byTime = new Map(good.toReversed().map((point) => [point.recordedAt, storedPoint(point, receivedAt)]));
  const points = [...byTime.values()].sort((a, b) => a.fix.at - b.fix.at);
  const subject = async () => subjectOf(sender.actor, sender.workspace, sender.device, receivedAt);
  const done = await ingest(tenant, deviceId, subject, points, { fresh: false });
  if (!done) refuseMessage(message, 'foreign');
  await noteUse(sender);
}

export const takeLocations = defineCapability({
  tables,
  handsTo: toldOfUse,
  defersTo: [TimerMessage],
  open: () => ({ take }),
});
