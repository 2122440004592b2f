import type { CircleGeometry, Geometry, Position } from './geometry.ts';
import { GeometryError } from './geometry-error.ts';
import { HALF_TURN } from './grid.ts';
import { measureGeometry } from './measure.ts';
import { orientation } from './predicates.ts';
import { assertNesting, MAX_POSITIONS, readMembers, readRing, refuseUnknown } from './read.ts';
import { readPosition } from './read-position.ts';
import { boundsOf, type GridRing, unwrapPolygon, unwrapRing } from './rings.ts';
import { assertValid } from './validity.ts';

const MAX_HOLES = 1000;
const MAX_POLYGONS = 1000;
const MAX_CIRCLE_RADIUS_METERS = 100_000;
const MAX_BOUNDING_RADIUS_METERS = 2_000_000;
const DEFAULT_RADIUS_METERS = 500;

/**
 * Validates a geometry from outside and returns it in normal form: rounded to the 1e-7 grid, outer rings
 * counterclockwise and holes clockwise (RFC 7946, section 3.1.6), longitudes as given within ±180. Repeated positions,
 * a third and a fourth coordinate, and other members of a GeoJSON geometry are dropped. Normalising is idempotent.
 *
 * @throws GeometryError whose `reason` names the broken rule and whose message says where
 * @example normalizeGeometry({ type: 'Circle', center: [-122.4194, 37.7749] }) // radiusMeters: 500
 */
export function normalizeGeometry(input: unknown): Geometry {
  const members = readMembers(input);
  if (members.type === 'Circle') return normalizeCircle(members);
  if (members.type === 'Polygon') {
    assertNesting('Polygon', members.coordinates);
    const coordinates = normalizePolygons([members.coordinates])[0]!;
    return assertSize({ type: 'Polygon', coordinates });
  }
  if (members.type === 'MultiPolygon') {
    assertNesting('MultiPolygon', members.coordinates);
    const polygons = members.coordinates;
    if (!Array.isArray(polygons)) throw new GeometryError('coordinates', 'coordinates must be an array of polygons.');
    if (polygons.length === 0) throw new GeometryError('empty', 'A MultiPolygon needs at least one polygon.');
    if (polygons.length > MAX_POLYGONS) {
      throw new GeometryError('too_many_positions', `A MultiPolygon holds at most ${MAX_POLYGONS} polygons.`);
    }
    return assertSize({ type: 'MultiPolygon', coordinates: normalizePolygons(polygons) });
  }
  throw new GeometryError('type', 'type must be Circle, Polygon or MultiPolygon.');
}

function normalizeCircle(members: Record<string, unknown>): CircleGeometry {
  refuseUnknown(members, ['type', 'center', 'radiusMeters']);
  const center = readPosition(members.center, () => 'center');
  const radiusMeters = members.radiusMeters ?? DEFAULT_RADIUS_METERS;
  if (typeof radiusMeters !== 'number' || !Number.isInteger(radiusMeters) || radiusMeters < 1) {
    throw new GeometryError('coordinates', 'radiusMeters must be a whole number of metres, at least 1.');
  }
  if (radiusMeters > MAX_CIRCLE_RADIUS_METERS) {
    throw new GeometryError('too_large', `radiusMeters must be at most ${MAX_CIRCLE_RADIUS_METERS}.`);
  }
  return { type: 'Circle', center, radiusMeters };
}

function normalizePolygons(polygons: readonly unknown[]): Position[][][] {
  const budget = { positions: MAX_POSITIONS };
  const read = polygons.map((rings, i) => {
    const where = `polygon ${i + 1}`;
    if (!Array.isArray(rings)) throw new GeometryError('coordinates', `The rings of ${where} must be an array.`);
    if (rings.length === 0) throw new GeometryError('empty', `${capital(where)} has no ring.`);
    if (rings.length > MAX_HOLES + 1) {
      throw new GeometryError('too_many_positions', `${capital(where)} has more than ${MAX_HOLES} holes.`);
    }
    return rings.map((ring: unknown, k) => orient(readRing(ring, `ring ${k + 1} of ${where}`, budget), k === 0));
  });
  const unwrapped = read.map(unwrapPolygon);
  for (const [outer] of unwrapped) assertNoPole(outer!);
  assertValid(unwrapped);
  return read;
}

/**
 * Makes a ring counterclockwise (outer) or clockwise (hole). Its direction is read at its lowest vertex, which is
 * convex.
 */
function orient(ring: Position[], counterclockwise: boolean): Position[] {
  const points = unwrapRing(ring);
  const count = points.length / 2 - 1;
  if (points[0] !== points[2 * count]) {
    throw new GeometryError('pole', 'A ring goes round a pole; fences cannot hold a pole inside.');
  }
  if (isFlat(points)) throw new GeometryError('empty', 'A ring encloses no area.');
  let lowest = 0;
  for (let i = 1; i < count; i++) {
    const byX = points[2 * i]! - points[2 * lowest]!;
    if (byX < 0 || (byX === 0 && points[2 * i + 1]! < points[2 * lowest + 1]!)) lowest = i;
  }
  const before = 2 * ((lowest + count - 1) % count);
  const at = 2 * lowest;
  const turn = orientation(
    points[before]!,
    points[before + 1]!,
    points[at]!,
    points[at + 1]!,
    points[at + 2]!,
    points[at + 3]!,
  );
  return turn > 0 === counterclockwise ? ring : ring.reverse();
}

function isFlat(points: GridRing): boolean {
  for (let i = 4; i < points.length; i += 2) {
    if (orientation(points[0]!, points[1]!, points[2]!, points[3]!, points[i]!, points[i + 1]!) !== 0) return false;
  }
  return true;
}

/**
 * A polygon may span all longitudes only from -180 to 180, as a polar cap is written. Otherwise it winds around a pole.
 */
function assertNoPole(outer: GridRing): void {
  const { minX, maxX } = boundsOf([outer]);
  if (maxX - minX < 2 * HALF_TURN || (minX === -HALF_TURN && maxX === HALF_TURN)) return;
  throw new GeometryError('pole', 'A polygon spans all longitudes; fences cannot hold a pole inside.');
}

function assertSize<G extends Geometry>(geometry: G): G {
  const { radiusMeters } = measureGeometry(geometry);
  if (radiusMeters <= MAX_BOUNDING_RADIUS_METERS) return geometry;
  const hint = `The farthest vertex is ${radiusMeters} m from the centroid; at most ${MAX_BOUNDING_RADIUS_METERS} m are allowed.`;
  throw new GeometryError('too_large', hint);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
