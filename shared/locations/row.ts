import type { ShownPoint } from '../devices/point.ts';
import { toDegrees, toGrid } from '../geo/grid.ts';
import { parseExactly } from '../json/exact.ts';
import { locationKeys } from '../table/keys/locations.ts';
import type { PackedText } from '../table/packed.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fix } from '../transitions/fence.ts';
import { printInstant } from '../wire/schema.ts';
import type { GoodPoint } from './given.ts';

/** Points as rows: about 150 bytes each. */

export interface PointRow {
  /** `recordedAt`; see `locationKeys`. */
  readonly sk: string;
  /** Position in 1e-7 degrees. */
  readonly y: number;
  readonly x: number;
  /** When it was received, in milliseconds since 1970. */
  readonly at: number;
  readonly accuracy?: number;
  /** The other fields that were given, as JSON. */
  readonly more?: string;
  /** The state after it; see `shared/tracking/state.ts`. */
  readonly state?: PackedText;
  /**
   * Absent once the transition rules were applied. `newest`: it was the newest point when it came, and is checked
   * against all geofences. `late`: it was not, and is not checked against those that have changed since.
   */
  readonly waits?: 'late' | 'newest';
  /** Present if it came too late for the rules. */
  readonly aside?: 1;
  /** The end of its retention, in seconds since 1970. */
  readonly ttl: number;
}

/** A point with its other fields as JSON. */
export interface StoredPoint {
  readonly fix: Fix;
  readonly more: string | undefined;
}

const secondsPerDay = 86_400;

/** The fields of a point beside its position, time and accuracy. */
const others = ['altitudeMeters', 'speedMps', 'headingDegrees', 'batteryPercent', 'metadata'] as const;

/** DynamoDB refuses numbers between 0 and 1e-130. */
const leastAccuracy = 1e-100;

export function storedPoint(point: GoodPoint, receivedAt: number): StoredPoint {
  const { latitude, longitude, recordedAt: at, accuracyMeters = null } = point;
  const [y, x] = [toGrid(latitude), toGrid(longitude)];
  const isTiny = accuracyMeters !== null && accuracyMeters < leastAccuracy;
  const position = { latitude: toDegrees(y), longitude: toDegrees(x) };
  const fix = { at, receivedAt, ...position, accuracyMeters: isTiny ? 0 : accuracyMeters };
  const given = others.filter((name) => point[name] !== undefined).map((name) => [name, point[name]]);
  return { fix, more: given.length === 0 ? undefined : JSON.stringify(Object.fromEntries(given)) };
}

export function pointRow({ fix, more }: StoredPoint, retentionDays: number): Omit<PointRow, 'sk'> {
  return {
    y: toGrid(fix.latitude),
    x: toGrid(fix.longitude),
    at: fix.receivedAt,
    ...(fix.accuracyMeters === null ? {} : { accuracy: fix.accuracyMeters }),
    ...(more === undefined ? {} : { more }),
    ttl: Math.ceil(fix.at / 1000) + retentionDays * secondsPerDay,
  };
}

export const recordedAtOf = ({ sk }: Pick<PointRow, 'sk'>): number => Number(sk);

export function fixOf(row: PointRow): Fix {
  return {
    at: recordedAtOf(row),
    receivedAt: row.at,
    latitude: toDegrees(row.y),
    longitude: toDegrees(row.x),
    accuracyMeters: row.accuracy ?? null,
  };
}

export const pointKey = (tenant: TenantReference, deviceId: string, { at }: Pick<Fix, 'at'>) =>
  locationKeys.point(tenant, deviceId, at);

type Others = Partial<Omit<ShownPoint, 'latitude' | 'longitude' | 'recordedAt' | 'accuracyMeters'>>;

/** A point as answers show it. */
export function shownPoint({ fix, more }: StoredPoint): ShownPoint {
  const given = (more === undefined ? {} : parseExactly(more)) as Others;
  return {
    latitude: fix.latitude,
    longitude: fix.longitude,
    recordedAt: printInstant(fix.at),
    accuracyMeters: fix.accuracyMeters,
    altitudeMeters: given.altitudeMeters ?? null,
    speedMps: given.speedMps ?? null,
    headingDegrees: given.headingDegrees ?? null,
    batteryPercent: given.batteryPercent ?? null,
    metadata: given.metadata ?? {},
  };
}

export const showRow = (row: PointRow): ShownPoint => shownPoint({ fix: fixOf(row), more: row.more });
