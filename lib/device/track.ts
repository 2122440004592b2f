import { gpx } from '@tmcw/togeojson';
import { DOMParser } from '@xmldom/xmldom';
import * as z from 'zod';
import { distanceMeters } from '../../shared/geo/sphere.ts';
import { CommandProblem } from '../command/problem.ts';

/** A track, read from a file: GPX, or GeoJSON with lines or with points that have times. */

export interface TrackPoint {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitudeMeters?: number;
  /** Since the beginning of the track. */
  readonly seconds: number;
}

/** A position, and when it was recorded, in milliseconds since 1970. */
interface Recorded extends Omit<TrackPoint, 'seconds'> {
  readonly at: number | undefined;
}

/** The speed on a track without times: 50 km/h. */
const usualMetersPerSecond = 50 / 3.6;

const Position = z
  .array(z.number())
  .min(2)
  .refine(([longitude = 0, latitude = 0]) => Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90, {
    message: 'Should be longitude and latitude, in degrees',
  });
const Line = z.object({ type: z.literal('LineString'), coordinates: z.array(Position) });
const Lines = z.object({ type: z.literal('MultiLineString'), coordinates: z.array(z.array(Position)) });
const Dot = z.object({ type: z.literal('Point'), coordinates: Position });
/** Geometries that are not tracks, such as polygons; they are ignored. */
const Other = z.object({ type: z.enum(['MultiPoint', 'Polygon', 'MultiPolygon', 'GeometryCollection']) });
const AnyGeometry = z.discriminatedUnion('type', [Line, Lines, Dot, Other]);
const AnyFeature = z.object({
  type: z.literal('Feature'),
  geometry: AnyGeometry.nullable(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});
const Collection = z.object({ type: z.literal('FeatureCollection'), features: z.array(AnyFeature) });
const GeoJson = z.union([Collection, AnyFeature, AnyGeometry]);
type Feature = z.output<typeof AnyFeature>;

/**
 * Reads a track from the text of a file.
 *
 * @throws CommandProblem, a sentence with the name of the file
 */
export function readTrack(text: string, file: string): TrackPoint[] {
  const features = featuresOf(parsed(text, file), file);
  const lines = features.filter(
    ({ geometry }) => geometry?.type === 'LineString' || geometry?.type === 'MultiLineString',
  );
  // If a file contains recorded tracks beside planned routes, only the tracks are used.
  const driven = lines.filter(({ properties }) => properties?._gpxType === 'trk');
  const points = lines.length > 0 ? (driven.length > 0 ? driven : lines).flatMap(pointsOfLine) : timedDots(features);
  if (points.length > 0) return timed(points);
  throw new CommandProblem(`${file} holds no track: neither a line, nor points with times.`);
}

function parsed(text: string, file: string): unknown {
  const isXml = text.trimStart().startsWith('<');
  try {
    return isXml ? gpx(readXml(text)) : JSON.parse(text);
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n');
    throw new CommandProblem(`${file} is neither GPX nor GeoJSON: ${reason}`);
  }
}

function readXml(text: string) {
  const onError = (level: string, message: string) => {
    if (level !== 'warning') throw new Error(message);
  };
  return new DOMParser({ onError }).parseFromString(text.trimStart(), 'text/xml');
}

function featuresOf(value: unknown, file: string): readonly Feature[] {
  const { data, error } = GeoJson.safeParse(value);
  if (!data) throw new CommandProblem(`${file} is no GeoJSON of a track: ${reasonOf(error)}.`);
  if (data.type === 'FeatureCollection') return data.features;
  return [data.type === 'Feature' ? data : { type: 'Feature', geometry: data }];
}

/** A failed union has errors for each alternative. The alternative that failed deepest is the one that was meant. */
function reasonOf({ issues: [issue] }: z.ZodError): string {
  const inner = issue?.code === 'invalid_union' ? issue.errors.map((errors) => errors[0]!) : [issue!];
  const furthest = inner.toSorted((a, b) => b.path.length - a.path.length)[0]!;
  return `${furthest.path.join('.') || 'the document'}: ${furthest.message}`;
}

function pointsOfLine({ geometry, properties }: Feature): Recorded[] {
  if (geometry?.type !== 'LineString' && geometry?.type !== 'MultiLineString') return [];
  const { coordinateProperties, coordTimes } = (properties ?? {}) as {
    coordinateProperties?: { times?: unknown };
    coordTimes?: unknown;
  };
  const positions = geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates;
  const times = coordinateProperties?.times ?? coordTimes;
  return positions.flatMap((line, i) => {
    const own = list(geometry.type === 'LineString' ? times : list(times)[i]);
    // With fewer times than positions, it is unknown which position a time belongs to.
    return line.map((position, j) => recorded(position, own.length === line.length ? own[j] : undefined));
  });
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function timedDots(features: readonly Feature[]): Recorded[] {
  return features.flatMap(({ geometry, properties }) => {
    if (geometry?.type !== 'Point') return [];
    const point = recorded(geometry.coordinates, properties?.time ?? properties?.recordedAt ?? properties?.timestamp);
    return point.at === undefined ? [] : [point];
  });
}

function recorded([longitude = 0, latitude = 0, altitudeMeters]: readonly number[], time: unknown): Recorded {
  const at = typeof time === 'number' ? time : Date.parse(String(time));
  const height = altitudeMeters === undefined ? {} : { altitudeMeters };
  return { latitude, longitude, ...height, at: Number.isFinite(at) ? at : undefined };
}

/** Orders points by time. If any point has no time, the file's order and the usual speed are used. */
function timed(points: readonly Recorded[]): TrackPoint[] {
  if (points.every(({ at }) => at !== undefined)) {
    const ordered = points.toSorted((a, b) => a.at! - b.at!);
    return ordered.map(({ at, ...point }) => ({ ...point, seconds: (at! - ordered[0]!.at!) / 1000 }));
  }
  let seconds = 0;
  return points.map(({ at: _, ...point }, i) => {
    const before = points[i - 1] ?? point;
    const meters = distanceMeters(before.latitude, before.longitude, point.latitude, point.longitude);
    seconds += meters / usualMetersPerSecond;
    return { ...point, seconds };
  });
}
