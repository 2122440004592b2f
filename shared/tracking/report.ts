import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { requireVisible } from '../devices/visible.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import { boundedPoint, type GivenPoint, isRefusal } from '../locations/given.ts';
import { storedPoint } from '../locations/row.ts';
import { PointsMessage } from '../messages/tracking.ts';
import { mostAtOnce, passOn, Sorted, unknownDevice } from './accepted.ts';
import { ingest, LatePoints } from './ingest.ts';
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

/**
 * Takes the points of one device: up to a hundred that are newer than all others before the answer, others soon after.
 *
 * @throws NOT_FOUND
 */
async function report(
  caller: Caller,
  deviceId: string,
  given: readonly GivenPoint[],
): Promise<{ readonly status: 200; readonly body: Result } | { readonly status: 202; readonly body: Receipt }> {
  const receivedAt = Date.now();
  const { points, errors, duplicates } = sorted(caller, given, receivedAt);
  const read = async () => {
    const device = await requireEntity(devices, caller.tenant, deviceId);
    requireVisible(caller, device.values);
    return subjectOf(caller, caller.workspace, device, receivedAt);
  };
  const receipt = { accepted: points.length, duplicates, rejected: errors.length, errors };
  if (points.length > mostAtOnce) {
    if (!(await read())) return { status: 202, body: allRefused(given) };
    await passOn(caller, deviceId, receivedAt, points);
    return { status: 202, body: receipt };
  }
  try {
    const { reference } = caller.tenant;
    const done = await ingest(reference, deviceId, read, points, { fresh: true, onlyInOrder: true });
    if (!done) return { status: 200, body: { ...allRefused(given), events: [] } };
    const events = done.told.map(({ id, type, geofenceId }) => ({ id, type, geofenceId }));
    const [accepted, again] = [done.accepted, duplicates + done.duplicates];
    return { status: 200, body: { ...receipt, accepted, duplicates: again, events } };
  } catch (error) {
    if (!(error instanceof LatePoints)) throw error;
    await passOn(caller, deviceId, receivedAt, points);
    return { status: 202, body: receipt };
  }
}

function allRefused(given: readonly unknown[]): Receipt {
  const errors = given.map((_, index) => ({ index, error_code: 'DEVICE_UNKNOWN' as const, message: unknownDevice }));
  return { accepted: 0, duplicates: 0, rejected: errors.length, errors };
}

export const reportLocations = defineCapability({
  tables: together([trackingTables, tablesOf(devices, 'change')]),
  sendsTo: [PointsMessage],
  raises: ['NOT_FOUND'],
  open: () => ({ report }),
});
