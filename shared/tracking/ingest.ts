import { type PointRow, pointKey, pointRow, type StoredPoint, shownPoint } from '../locations/row.ts';
import { backOnline } from '../presence/seen.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { addToEnded, countInTrips, writesOfPoint } from '../trips/points.ts';
import { mostWrites, moveHead, writesOfMove } from './commit.ts';
import { correctEvents } from './correct-events.ts';
import type { Recorded } from './events.ts';
import { type Head, type HeadRow, readHead } from './head.ts';
import { type OnCommit, takeNewest } from './newest.ts';
import type { Subject } from './subject.ts';
import { type Around, lookAround } from './surroundings.ts';

/** Stores points of one device and applies the transition rules to them. */

export interface Ingested {
  readonly accepted: number;
  /** Points that are older than the workspace keeps. */
  readonly outdated: readonly StoredPoint[];
  readonly duplicates: number;
  readonly recorded: readonly Recorded[];
}

/** Thrown if there are late points; see `onlyInOrder`. */
export class LatePoints extends Error {}

export interface Options {
  /** Whether changes of geofences that detect crossings must show at once. */
  readonly fresh: boolean;
  /** Throws {@link LatePoints}, before anything is stored, instead of storing late points. */
  readonly onlyInOrder?: true;
}

const [main, telemetry] = [new Table('main'), new Table('telemetry')];
const millisecondsPerHour = 3_600_000;

/**
 * @param read reads the subject, in parallel with the first other reads; undefined if the points are refused
 * @param points with distinct times, in order of time
 * @returns undefined if the points are refused
 */
export async function ingest(
  reference: Subject['tenant']['reference'],
  deviceId: string,
  read: () => Promise<Subject | undefined>,
  points: readonly StoredPoint[],
  options: Options,
): Promise<Ingested | undefined> {
  const fixes = points.map(({ fix }) => fix);
  let reading: Promise<Subject | undefined> | undefined = read();
  const aroundRead = lookAround(reference, fixes, options);
  const recorded: Recorded[] = [];
  const stored = new Set<number>();
  const onCommit: OnCommit = (events, taken) => {
    recorded.push(...events);
    for (const { fix } of taken) stored.add(fix.at);
  };
  let duplicates = 0;
  return await retryingRaces(async () => {
    // The subject is read again after a lost race: the device may be gone.
    const subjectRead = reading ?? read();
    reading = undefined;
    const [subject, row, around] = await Promise.all([
      subjectRead,
      main.get<HeadRow>(deviceKeys.head(reference, deviceId)),
      aroundRead,
    ]);
    if (!subject) return undefined;
    let head = readHead(row);
    const kept = points.filter(({ fix }) => fix.at >= subject.oldestAt);
    const left = kept.filter(({ fix }) => !stored.has(fix.at));
    const late = left.filter(({ fix }) => head.newestAt !== undefined && fix.at <= head.newestAt);
    const unknown = await withoutStored(subject, late);
    if (options.onlyInOrder && unknown.length > 0) throw new LatePoints();
    duplicates = late.length - unknown.length;
    for (const chunk of chunksOf(head, unknown)) {
      head = await storeLate(subject, head, chunk);
      for (const { fix } of chunk) stored.add(fix.at);
    }
    let rest = left.slice(late.length);
    while (head.rerunFrom !== undefined || rest.length > 0) {
      if (head.rerunFrom !== undefined) {
        head = await correctEvents(subject, head, onCommit);
        continue;
      }
      head = await takeNewest(subject, head, rest, partOf(around, points, rest), onCommit);
      rest = rest.filter(({ fix }) => !stored.has(fix.at));
      const [next] = rest;
      if (!next) break;
      // The point has more events than fit into one transaction.
      head = await storeWaiting(subject, head, [next], next);
      stored.add(next.fix.at);
      rest = rest.slice(1);
    }
    if (stored.size > 0) await backOnline(subject.actor, subject.entity);
    const outdated = points.filter(({ fix }) => fix.at < subject.oldestAt);
    return { accepted: stored.size, outdated, duplicates, recorded };
  });
}

function chunksOf({ trip }: Head, points: readonly StoredPoint[]): StoredPoint[][] {
  const chunks: StoredPoint[][] = [];
  let writes = mostWrites;
  for (const point of points) {
    writes += writesOfPoint(trip, point.fix);
    if (writes > mostWrites) {
      chunks.push([]);
      writes = writesOfMove + writesOfPoint(trip, point.fix);
    }
    chunks.at(-1)!.push(point);
  }
  return chunks;
}

function partOf({ held, crossings }: Around, all: readonly StoredPoint[], part: readonly StoredPoint[]): Around {
  const from = all.length - part.length;
  return { held: held.slice(from), crossings };
}

/** The points at whose times no point is stored. */
async function withoutStored({ tenant, device }: Subject, points: readonly StoredPoint[]): Promise<StoredPoint[]> {
  if (points.length === 0) return [];
  const rows = await telemetry.getMany(points.map(({ fix }) => pointKey(tenant.reference, device.id, fix)));
  return points.filter((_, i) => rows[i] === undefined);
}

/** Stores late points: those within the window wait for the rules, the others do not. */
async function storeLate(subject: Subject, head: Head, points: readonly StoredPoint[]): Promise<Head> {
  const oldest = subject.receivedAt - subject.lateWindowHours * millisecondsPerHour;
  const waiting = points.filter(({ fix }) => fix.at >= oldest);
  const aside = points.filter(({ fix }) => fix.at < oldest);
  return await storeWaiting(subject, head, waiting, undefined, aside);
}

/** Stores points to which the rules are applied next. */
async function storeWaiting(
  { tenant, device, receivedAt, retentionDays }: Subject,
  head: Head,
  waiting: readonly StoredPoint[],
  newest?: StoredPoint,
  aside: readonly StoredPoint[] = [],
): Promise<Head> {
  const transaction = new Transaction();
  const put = (point: StoredPoint, mark: object) =>
    transaction.put(telemetry, pointKey(tenant.reference, device.id, point.fix), {
      ...pointRow(point, retentionDays),
      ...mark,
    });
  const waits: PointRow['waits'] = newest ? 'newest' : 'late';
  for (const point of waiting) put(point, { waits });
  for (const point of aside) put(point, { aside: 1 });
  const fixes = [...waiting, ...aside].map(({ fix }) => fix).sort((a, b) => a.at - b.at);
  const counted = await countInTrips(tenant.reference, device.id, head, fixes);
  addToEnded(transaction, tenant.reference, device.id, counted);
  const times = waiting.map(({ fix }) => fix.at);
  const next: Head = {
    ...head,
    sequence: head.sequence + 1,
    firstAt: least([head.firstAt, ...times, ...aside.map(({ fix }) => fix.at)]),
    newestAt: newest ? newest.fix.at : head.newestAt,
    rerunFrom: least([head.rerunFrom, ...times]),
    rerunUntil: greatest([head.rerunUntil, ...times]),
    lastSeenAt: Math.max(head.lastSeenAt ?? 0, receivedAt),
    lateSequence: head.sequence + 1,
    trip: counted.trip,
  };
  moveHead(transaction, tenant.reference, device.id, head, next, { newest: newest && shownPoint(newest) });
  await transaction.commit();
  return next;
}

type Instant = number | undefined;
const known = (instants: readonly Instant[]): number[] => instants.filter((at) => at !== undefined);
const least = (instants: readonly Instant[]): Instant =>
  known(instants).length ? Math.min(...known(instants)) : undefined;
const greatest = (instants: readonly Instant[]): Instant =>
  known(instants).length ? Math.max(...known(instants)) : undefined;
