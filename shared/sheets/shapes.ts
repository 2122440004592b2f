import type { Family } from '../forms/types.ts';
import { isJsonObject, type JsonObject } from '../json/exact.ts';

/** Answers of spatial fields as GeoJSON. */

export interface SheetGeometry {
  readonly type: 'Point' | 'LineString';
  readonly coordinates: readonly unknown[];
}

/** The objects of a list. */
export const listOf = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

const isKnown = (value: unknown): boolean => value !== undefined && value !== null;

const positionOf = ({ longitude, latitude, altitude }: JsonObject, withAltitude: boolean): unknown[] => [
  longitude,
  latitude,
  ...(withAltitude ? [altitude] : []),
];

export function geometryOf(family: Family, value: JsonObject): SheetGeometry {
  if (family === 'geopoint') return { type: 'Point', coordinates: positionOf(value, isKnown(value.altitude)) };
  const points = listOf(value.points);
  const areHigh = points.every(({ altitude }) => isKnown(altitude));
  const positions = points.map((point) => positionOf(point, areHigh));
  // A line has two positions at least.
  return { type: 'LineString', coordinates: positions.length === 1 ? [positions[0], positions[0]] : positions };
}

/** The fields of a route beside its line: arrays have an entry for each point. */
export function telemetryOf(route: JsonObject) {
  const points = listOf(route.points);
  const each = (key: string) => points.map((point) => point[key] ?? null);
  return {
    timestamps: each('timestamp'),
    speeds: each('speed'),
    headings: each('heading'),
    accuracies: each('accuracy'),
    altitudes: each('altitude'),
    pauses: listOf(route.pauses),
    started_at: route.started_at ?? null,
    ended_at: route.ended_at ?? null,
    distance_meters: route.distance_meters ?? null,
    duration_seconds: route.duration_seconds ?? null,
  };
}
