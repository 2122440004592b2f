import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { ownerFor } from '../devices/owner.ts';
import { requireVisible } from '../devices/visible.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import { boundedPoint, type GivenPoint, isRefusal, type PointFault } from '../locations/given.ts';
import { type StoredPoint, storedPoint } from '../locations/row.ts';
import { PointsMessage } from '../messages/tracking.ts';
import { sendTo } from '../queue/sender.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { Table } from '../table/table.ts';
import { sideBySide } from '../worker/side-by-side.ts';
import type { GivenDevicePoint } from './given-batch.ts';
import { ingest, LatePoints } from './ingest.ts';
import { retentionDaysOf, subjectOf } from './subject.ts';
import { trackingTables } from './tables.ts';
import type { IngestReceipt, IngestResult } from './wire.ts';

/** Takes points that come over HTTP. */

type Receipt = z.input<typeof IngestReceipt>;
type Result = z.input<typeof IngestResult>;

const main = new Table('main');

/** So many points, and not more, are stored before the answer. */
const mostAtOnce = 100;
/** Far below the size that a queue takes. */
const mostMessageCharacters = 150_000;

/** The points of a request that are good, and what is wrong with the others. */
class Sorted {
  readonly points: StoredPoint[] = [];
  readonly errors: { index: number; error_code: PointFault; message: string }[] = [];
  duplicates = 0;
  readonly #times = new Set<number>();

  take(point: StoredPoint): void {
    if (this.#times.has(point.fix.at)) this.duplicates += 1;
    else {
      this.#times.add(point.fix.at);
      this.points.push(point);
    }
  }

  refuse(index: number, error_code: PointFault, message: string): void {
    this.errors.push({ index, error_code, message });
  }
}

const unknownDevice = 'The device takes no points: it is not active, or not known';

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

/** Leaves points to the worker. */
async function passOn(
  { tenant }: Caller,
  deviceId: string,
  receivedAt: number,
  points: readonly StoredPoint[],
): Promise<void> {
  const messages: StoredPoint[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const size = 200 + (point.more?.length ?? 0);
    if (characters + size > mostMessageCharacters || messages.at(-1)?.length === mostAtOnce) {
      messages.push([]);
      characters = 0;
    }
    messages.at(-1)!.push(point);
    characters += size;
  }
  // One after the other: they are points of one device, which are stored in the order of their times.
  for (const some of messages) {
    const message = { tenant: tenant.reference, deviceId, receivedAt, points: some };
    await sendTo(PointsMessage.order(message), tenant.reference);
  }
}

/** Takes points of many devices. */
async function reportBatch(caller: Caller, given: readonly GivenDevicePoint[]): Promise<Receipt> {
  const receivedAt = Date.now();
  const bounds = { receivedAt, retentionDays: retentionDaysOf(caller.workspace), isAlone: given.length === 1 };
  const ids = await deviceIdsOf(caller, given);
  const errors: Receipt['errors'] = [];
  const byDevice = new Map<string, Sorted>();
  for (const [index, one] of given.entries()) {
    const read = boundedPoint(one, bounds);
    const id = ids[index];
    if (isRefusal(read)) errors.push({ index, error_code: read.code, message: read.message });
    else if (id === undefined) errors.push({ index, error_code: 'DEVICE_UNKNOWN', message: unknownDevice });
    else {
      const points = byDevice.get(id) ?? new Sorted();
      byDevice.set(id, points);
      points.take(storedPoint(read, receivedAt));
    }
  }
  const all = [...byDevice];
  const pass = async ([id, { points }]: [string, Sorted]) =>
    passOn(
      caller,
      id,
      receivedAt,
      points.toSorted((a, b) => a.fix.at - b.fix.at),
    );
  await sideBySide(all, pass, Number.POSITIVE_INFINITY);
  const sum = (count: (one: Sorted) => number) => all.reduce((total, [, one]) => total + count(one), 0);
  return {
    accepted: sum(({ points }) => points.length),
    duplicates: sum((one) => one.duplicates),
    rejected: errors.length,
    errors,
  };
}

/** What a list of devices keeps of one. */
interface ThinDevice {
  readonly sk: string;
  readonly status?: string;
  readonly userId?: string;
}

/** The device of each point; undefined for one that is not known, takes no points, or is not the caller's. */
async function deviceIdsOf(caller: Caller, given: readonly GivenDevicePoint[]): Promise<(string | undefined)[]> {
  const { reference } = caller.tenant;
  const external = [
    ...new Set(given.flatMap((one) => ('deviceExternalId' in one ? (one.deviceExternalId ?? []) : []))),
  ];
  const guards = external.map((id) => entityKeys.unique(reference, devices.name, 'externalId', JSON.stringify(id)));
  const held = external.length === 0 ? [] : await main.getMany<{ id: string }>(guards);
  const byExternal = new Map(external.map((id, i) => [id, held[i]?.id]));
  const named = given.map((one) =>
    'deviceId' in one && one.deviceId !== undefined
      ? one.deviceId
      : 'deviceExternalId' in one && one.deviceExternalId !== undefined
        ? byExternal.get(one.deviceExternalId)
        : undefined,
  );
  const distinct = [...new Set(named.filter((id) => id !== undefined))];
  const rows =
    distinct.length === 0
      ? []
      : await main.getMany<ThinDevice>(distinct.map((id) => entityKeys.thin(reference, devices.name, id)));
  const owner = ownerFor(caller);
  const takes = (row: ThinDevice | undefined) =>
    row && row.status !== 'PENDING' && row.status !== 'INACTIVE' && (owner === undefined || row.userId === owner);
  const taking = new Set(distinct.filter((_, i) => takes(rows[i])));
  return named.map((id) => (id !== undefined && taking.has(id) ? id : undefined));
}

export const reportLocations = defineCapability({
  tables: together([trackingTables, tablesOf(devices, 'change')]),
  sendsTo: [PointsMessage],
  raises: ['NOT_FOUND'],
  open: () => ({ report }),
});

export const reportLocationBatches = defineCapability({
  tables: { main: ['BatchGetItem'] },
  sendsTo: [PointsMessage],
  open: () => ({ report: reportBatch }),
});
