import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { requireVisible } from '../devices/visible.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import { boundedPoint, type GivenPoint, isRefusal } from '../locations/given.ts';
import { storedPoint } from '../locations/row.ts';
import { PointsMessage, TimerMessage } from '../messages/tracking.ts';
import { quotaWarnings, requireEventRoom, tablesOfEventQuota } from '../usage/events.ts';
import { ingest, LatePoints } from './ingest.ts';
import { mostAtOnce, passOn, Sorted, unknownDevice } from './queue-points.ts';
import { retentionDaysOf, subjectOf } from './subject.ts';
import { trackingTables } from './tables.ts';
import type { IngestReceipt, IngestResult } from './wire.ts';

/** Takes points that come over HTTP. */

type Receipt = z.input<typeof IngestReceipt>;
type Result = z.input<typeof IngestResult>;

function sorted(caller: Caller, given: readonly GivenPoint[], receivedAt: number): Sorted {
  const result = new Sorted();
  const bounds = { receivedAt, retentionDays: retentionDaysOf(caller.workspace), isAlone: given.length === 1 };
  for (const [index, one] of given.entries()) {
    const read = boundedPoint(one, bounds);
    if (isRefusal(read)) result.refuse(index, read.code, read.message);
    else result.take(storedPoint(read, receivedAt));
  }
  result.points.sort((a, b) => a.fix.at - b.fix.at);
  return result;
}

type Reported = { readonly headers: Record<string, string> } & (
  | { readonly status: 200; readonly body: Result }
  | { readonly status: 202; readonly body: Receipt }
);

/**
 * Takes the points of one device: up to a hundred that are newer than all stored ones before the response, all others
 * soon after it.
 *
 * @throws NOT_FOUND, QUOTA_EXCEEDED, QUOTA_THROTTLED
 */
async function report(caller: Caller, deviceId: string, given: readonly GivenPoint[]): Promise<Reported> {
  const receivedAt = Date.now();
  const { points, errors, duplicates } = sorted(caller, given, receivedAt);
  const receipt = { accepted: points.length, duplicates, rejected: errors.length, errors };
  let headers: Record<string, string> = {};
  const read = async () => {
    const [device, room] = await Promise.allSettled([
      requireEntity(devices, caller.tenant, deviceId),
      requireEventRoom(caller.tenant, caller.principal),
    ]);
    if (device.status === 'rejected') throw device.reason;
    requireVisible(caller, device.value);
    if (room.status === 'rejected') throw room.reason;
    headers = room.value;
    return subjectOf(caller, caller.workspace, device.value, receivedAt);
  };
  const later = async (): Promise<Reported> => {
    await passOn(caller, deviceId, receivedAt, points);
    return { status: 202, headers, body: receipt };
  };
  if (given.length > mostAtOnce) {
    return (await read()) ? await later() : { status: 202, headers, body: allRefused(given) };
  }
  try {
    const { reference } = caller.tenant;
    const done = await ingest(reference, deviceId, read, points, { fresh: true, onlyInOrder: true });
    if (!done) return { status: 200, headers, body: { ...allRefused(given), events: [] } };
    const events = done.recorded.map(({ id, type, geofenceId }) => ({ id, type, geofenceId }));
    const [accepted, again] = [done.accepted, duplicates + done.duplicates];
    return { status: 200, headers, body: { ...receipt, accepted, duplicates: again, events } };
  } catch (error) {
    if (error instanceof LatePoints) return await later();
    throw error;
  }
}

function allRefused(given: readonly unknown[]): Receipt {
  const errors = given.map((_, index) => ({ index, error_code: 'DEVICE_UNKNOWN' as const, message: unknownDevice }));
  return { accepted: 0, duplicates: 0, rejected: errors.length, errors };
}

export const reportLocations = defineCapability({
  tables: together([trackingTables, tablesOf(devices, 'change'), tablesOfEventQuota]),
  sendsTo: [PointsMessage],
  handsTo: quotaWarnings,
  defersTo: [TimerMessage],
  raises: ['NOT_FOUND', 'QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  open: () => ({ report }),
});
