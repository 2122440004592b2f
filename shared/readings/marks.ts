import { createHash, randomUUID } from 'node:crypto';
import { setAll, unchanged } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { hoursIn, numberIn, readingKeys } from '../table/keys/readings.ts';
import { type Row, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { SeriesRow } from '../topology/series.ts';
import type { OpenSpan } from '../wire/time-span.ts';

/**
 * Marks name the hours of a device with readings that are not folded into buckets yet. A mark is written before the
 * readings, so a reader that finds no mark knows that the buckets contain all readings that were accepted before.
 */

const telemetry = new Table('telemetry');

export const hourMilliseconds = 3_600_000;
export const hourOf = (at: number): number => Math.floor(at / hourMilliseconds);

export interface MarkRow {
  readonly sk: string;
  /** When it was last set, in milliseconds since 1970. */
  readonly at: number;
  /** The sensors, by the hashes of their keys or ids. */
  readonly names: ReadonlySet<string>;
  /** Present once its folding is scheduled. */
  readonly scheduled?: 1;
  /** The messages that have set it first and last: a random text for each message. */
  readonly first: string;
  readonly last: string;
  /** What `at` and `last` were before they were last set. */
  readonly atBefore: number;
  readonly lastBefore: string;
}

/** How a message names a sensor: by its key, or by its id. */
export interface Named {
  readonly key?: string | undefined;
  readonly sensorId?: string | undefined;
}

/**
 * Twelve bits: a mark stays small, whatever devices send. Sensors that share a hash, or have the same key, are marked
 * together, which costs a few reads. The name of a component plays no part, since it may change.
 */
const hashOf = (name: string): string => createHash('sha256').update(name).digest('base64url').slice(0, 2);

const namesOf = ({ sensorId, key }: Named): string[] => [sensorId, key].flatMap((name) => (name ? [hashOf(name)] : []));

/** Longer than a mark waits for its folding, even if that fails for weeks. */
const keptSeconds = 366 * 86_400;

/** Marks the hours of readings. The returned marks say whether their folding is scheduled. */
export async function mark(
  tenant: TenantReference,
  deviceId: string,
  readings: readonly (Named & { readonly at: number })[],
): Promise<MarkRow[]> {
  const hours = new Map<number, Set<string>>();
  for (const reading of readings) {
    const hour = hourOf(reading.at);
    const names = hours.get(hour) ?? new Set<string>();
    hours.set(hour, names);
    for (const name of namesOf(reading)) names.add(name);
  }
  const now = Date.now();
  const token = randomUUID().slice(0, 8);
  const marking = ([hour, names]: [number, Set<string>]) =>
    telemetry.update<MarkRow>(readingKeys.mark(tenant, deviceId, hour), {
      expression:
        'SET #atBefore = if_not_exists(#at, :at), #lastBefore = if_not_exists(#last, :token), ' +
        '#at = :at, #ttl = :ttl, #first = if_not_exists(#first, :token), #last = :token ADD #names :names',
      names: {
        '#at': 'at',
        '#atBefore': 'atBefore',
        '#ttl': 'ttl',
        '#first': 'first',
        '#last': 'last',
        '#lastBefore': 'lastBefore',
        '#names': 'names',
      },
      values: { ':at': now, ':ttl': Math.ceil(now / 1000) + keptSeconds, ':token': token, ':names': names },
    });
  return await Promise.all([...hours].map(marking));
}

/**
 * Withdraws marks that a message has set and does not need. A mark that another message had set before is restored, so
 * that a refused message delays no folding. One that another message has set meanwhile stays.
 *
 * @returns the marks that stay
 */
export async function withdraw(
  tenant: TenantReference,
  deviceId: string,
  marks: readonly MarkRow[],
): Promise<MarkRow[]> {
  const isOwn = ({ first, last, scheduled }: MarkRow) => first === last && scheduled === undefined;
  await Promise.all(
    marks.map(async (row) => {
      const key = readingKeys.mark(tenant, deviceId, numberIn(row));
      const asSet = unchanged({ first: row.first, last: row.last });
      const before = setAll({ at: row.atBefore, last: row.lastBefore });
      const undoing = isOwn(row)
        ? telemetry.delete(key, unchanged({ first: row.first, last: row.last, scheduled: undefined }))
        : telemetry.update(key, before, asSet);
      // A message that has set it meanwhile schedules its folding.
      await undoing.catch(unlessChanged);
    }),
  );
  return marks.filter((row) => !isOwn(row));
}

/** Whether a mark names a sensor. */
export function isMarked({ names }: Pick<MarkRow, 'names'>, sensor: Pick<SeriesRow, 'sensorId' | 'key'>): boolean {
  return namesOf(sensor).some((name) => names.has(name));
}

/** The hours of a span in which a sensor is marked. Must be read before the buckets. */
export async function markedHours(
  tenant: TenantReference,
  deviceId: string,
  sensor: Pick<SeriesRow, 'sensorId' | 'key'>,
  { from, to }: OpenSpan,
): Promise<Set<number>> {
  const between = hoursIn(hourOf(from), hourOf(to - 1));
  const rows = await telemetry.queryAll<Row & MarkRow>(readingKeys.marks(tenant, deviceId), { between });
  return new Set(rows.filter((row) => isMarked(row, sensor)).map(numberIn));
}
