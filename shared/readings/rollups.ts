import type { ValueType } from '../profiles/value-types.ts';
import { hoursIn, numberIn, readingKeys } from '../table/keys/readings.ts';
import { pack, unpack } from '../table/packed.ts';
import { optional, type Page, type Row, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { Bucket } from './bucket.ts';
import { minuteMilliseconds } from './chunk.ts';
import { hourMilliseconds } from './marks.ts';
import { isPresent, isPresentAtFolding, presentRows, shownRows } from './retention.ts';

/** Stored buckets: of minutes for as long as readings are kept, of hours for ten years. */

const telemetry = new Table('telemetry');

/** Texts may have 4,096 characters, so that a bucket of texts has 32 KB where one of numbers has 100 bytes. */
const isLong = (type: ValueType): boolean => type === 'TEXT';
const hoursPerRow = (type: ValueType): number => (isLong(type) ? 1 : 24);
export const minutesPerRow = (type: ValueType): number => (isLong(type) ? 10 : 60);

type Packed = ReturnType<Bucket['packed']>;

export interface StoredHour {
  readonly bucket: Bucket;
  /** Whether all of its readings are certainly still in the table. */
  readonly hasReadings: boolean;
  /** Whether a reading that arrives now can still be added. */
  readonly takesMore: boolean;
}

const secondsPerDay = 86_400;

/** Where the bucket of an hour is stored. */
export function hourPlace(tenant: TenantReference, sensorId: string, type: ValueType, hour: number) {
  const offset = hour % hoursPerRow(type);
  return { key: readingKeys.hours(tenant, sensorId, hour - offset), attribute: `h${offset}` };
}

/** @param readingsUntil the least `ttl` of its readings */
export const hourText = (bucket: Bucket, hour: number, readingsUntil: number): string =>
  JSON.stringify([Math.floor(readingsUntil / secondsPerDay), ...bucket.packed(hour * hourMilliseconds)]);

function readHour(type: ValueType, hour: number, text: string): StoredHour {
  const [untilDay, ...packed] = JSON.parse(text) as [number, ...Packed];
  return {
    bucket: Bucket.unpacked(type, packed, hour * hourMilliseconds),
    hasReadings: isPresent(untilDay * secondsPerDay),
    takesMore: isPresentAtFolding(untilDay * secondsPerDay),
  };
}

const hoursIndexed = (type: ValueType): number[] => Array.from({ length: hoursPerRow(type) }, (_, offset) => offset);

function hoursOf(type: ValueType, row: Row & { readonly sk: string }): [hour: number, StoredHour][] {
  const first = numberIn(row);
  return hoursIndexed(type).flatMap((offset): [number, StoredHour][] => {
    const text = row[`h${offset}`];
    return typeof text === 'string' ? [[first + offset, readHour(type, first + offset, text)]] : [];
  });
}

/** The stored buckets of hours, both ends included, in order of time and page by page. */
export async function* pagesOfHours(
  tenant: TenantReference,
  sensorId: string,
  type: ValueType,
  first: number,
  last: number,
): AsyncGenerator<readonly [hour: number, StoredHour][]> {
  const between = hoursIn(first - (first % hoursPerRow(type)), last);
  let after: string | undefined;
  do {
    const page: Page<Row & { sk: string }> = await telemetry.query(readingKeys.allHours(tenant, sensorId), {
      between,
      filter: presentRows(),
      ...optional('after', after),
    });
    yield page.rows.flatMap((row) => hoursOf(type, row)).filter(([hour]) => hour >= first && hour <= last);
    after = page.next;
  } while (after !== undefined);
}

/** The stored bucket of one hour. */
export async function storedHour(
  tenant: TenantReference,
  sensorId: string,
  type: ValueType,
  hour: number,
): Promise<StoredHour | undefined> {
  const { key, attribute } = hourPlace(tenant, sensorId, type, hour);
  const text = (await telemetry.get(key))?.[attribute];
  return typeof text === 'string' ? readHour(type, hour, text) : undefined;
}

export interface HourOfSensor {
  readonly sensorId: string;
  readonly valueType: ValueType;
  readonly hour: number;
}

/** The hours that accept no more readings, since theirs have expired or will expire soon. */
export async function hoursWithoutReadings(
  tenant: TenantReference,
  asked: readonly HourOfSensor[],
): Promise<Set<HourOfSensor>> {
  const placeOf = ({ sensorId, valueType, hour }: HourOfSensor) => hourPlace(tenant, sensorId, valueType, hour);
  const places = asked.map(placeOf);
  const keys = new Map(places.map(({ key }) => [`${key.pk} ${key.sk}`, key]));
  const rows = await telemetry.getMany([...keys.values()]);
  const found = new Map([...keys.keys()].map((name, i) => [name, rows[i]]));
  const isEnded = ({ valueType, hour }: HourOfSensor, i: number) => {
    const { key, attribute } = places[i]!;
    const text = found.get(`${key.pk} ${key.sk}`)?.[attribute];
    return typeof text === 'string' && !readHour(valueType, hour, text).takesMore;
  };
  return new Set(asked.filter(isEnded));
}

interface MinutesRow {
  readonly sk: string;
  readonly ttl: number;
  /** For each minute that has readings: its number in the hour, and its bucket. */
  readonly buckets: Uint8Array;
}

/** The buckets of the minutes of an hour as rows: their keys, and what is stored there. */
export function minuteRows(
  tenant: TenantReference,
  sensorId: string,
  type: ValueType,
  hour: number,
  minutes: ReadonlyMap<number, Bucket>,
) {
  const start = hour * hourMilliseconds;
  const parts = Map.groupBy(minutes, ([minute]) => Math.floor(minute / minutesPerRow(type)));
  return [...parts].map(([part, some]) => ({
    key: readingKeys.minutes(tenant, sensorId, hour, part),
    buckets: pack(some.map(([minute, bucket]) => [minute, bucket.packed(start + minute * minuteMilliseconds)])),
  }));
}

/** A bucket, and the beginning of its minute or hour in milliseconds since 1970. */
export interface Piece {
  readonly at: number;
  readonly bucket: Bucket;
}

function piecesOf(type: ValueType, row: MinutesRow): Piece[] {
  const start = numberIn(row) * hourMilliseconds;
  return unpack<[number, Packed][]>(row.buckets).map(([minute, packed]) => {
    const at = start + minute * minuteMilliseconds;
    return { at, bucket: Bucket.unpacked(type, packed, at) };
  });
}

/** The stored buckets of minutes of hours, both ends included, in order of time and page by page. */
export async function* pagesOfMinutes(
  tenant: TenantReference,
  sensorId: string,
  type: ValueType,
  first: number,
  last: number,
): AsyncGenerator<readonly Piece[]> {
  let after: string | undefined;
  do {
    const page: Page<MinutesRow> = await telemetry.query(readingKeys.allMinutes(tenant, sensorId), {
      between: hoursIn(first, last),
      filter: shownRows(),
      ...optional('after', after),
      // Buckets of texts are long.
      ...(isLong(type) ? { pageSize: 12 } : {}),
    });
    yield page.rows.flatMap((row) => piecesOf(type, row));
    after = page.next;
  } while (after !== undefined);
}

/** The stored buckets of the minutes of some hours, by hour. */
export async function minutesOfHours(
  tenant: TenantReference,
  sensorId: string,
  type: ValueType,
  hours: readonly number[],
): Promise<Map<number, Piece[]>> {
  const parts = Array.from({ length: 60 / minutesPerRow(type) }, (_, part) => part);
  const keys = hours.flatMap((hour) => parts.map((part) => readingKeys.minutes(tenant, sensorId, hour, part)));
  const rows = await telemetry.getMany<MinutesRow>(keys);
  const pieces = rows.flatMap((row) => (row && isPresent(row.ttl) ? piecesOf(type, row) : []));
  return Map.groupBy(pieces, ({ at }) => Math.floor(at / hourMilliseconds));
}
