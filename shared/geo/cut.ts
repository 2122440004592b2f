import { circleCut } from './circle-cut.ts';
import type { CircleGeometry, Geometry, MultiPolygonGeometry, PolygonGeometry } from './geometry.ts';
import { FULL_TURN, HALF_TURN, toDegrees, toGrid } from './grid.ts';
import type { Measure } from './measure.ts';
import { type PolygonEdges, polygonEdges } from './polygon-edges.ts';
import { orientation } from './predicates.ts';
import { distanceMeters, roundDegrees } from './sphere.ts';

/** A place in degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Where a way meets an edge. */
export interface Meeting extends Place {
  /** 0 at the beginning of the way, 1 at its end. */
  readonly share: number;
}

/** The first and the last place that a way and a geometry have in common. They are equal if the way only touches. */
export interface Cut {
  readonly first: Meeting;
  readonly last: Meeting;
}

/**
 * A test for many ways: where a way between two points outside of a normalised geometry cuts it. For a polygon, the way
 * is straight in longitude and latitude, crosses ±180 if that is shorter, and the test whether it meets an edge is
 * exact. For a circle, the way is the great circle. Both ends must lie outside.
 *
 * @param disc a disc that contains all of the geometry; see `reachOf`
 */
export function cutTest(geometry: Geometry, disc: Measure): (from: Place, to: Place) => Cut | undefined {
  const cut = geometry.type === 'Circle' ? circleCutter(geometry) : polygonCutter(geometry);
  const { latitude, longitude, radiusMeters } = disc;
  return (from, to) => {
    const away = distanceMeters(latitude, longitude, from.latitude, from.longitude);
    const length = distanceMeters(from.latitude, from.longitude, to.latitude, to.longitude);
    // A way that is straight in longitude and latitude is longer than the great circle: by half around a pole, hardly
    // elsewhere.
    return length === 0 || away > radiusMeters + 2 * length ? undefined : cut(from, to);
  };
}

type Cutter = (from: Place, to: Place) => Cut | undefined;

function circleCutter({ center: [longitude, latitude], radiusMeters }: CircleGeometry): Cutter {
  const circle = { latitude, longitude, radiusMeters };
  return (from, to) => circleCut(circle, from, to);
}

function polygonCutter(geometry: PolygonGeometry | MultiPolygonGeometry): Cutter {
  const polygon = polygonEdges(geometry);
  return (from, to) => polygonCut(polygon, from, to);
}

function polygonCut(polygon: PolygonEdges, from: Place, to: Place): Cut | undefined {
  const [ax, ay, by] = [toGrid(from.longitude), toGrid(from.latitude), toGrid(to.latitude)];
  const step = toGrid(to.longitude) - ax;
  const bx = ax + (Math.abs(step) > HALF_TURN ? step - Math.sign(step) * FULL_TURN : step);
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let turn = -2 * FULL_TURN; turn <= 2 * FULL_TURN; turn += FULL_TURN) {
    if (Math.min(ax, bx) + turn > polygon.maxX || Math.max(ax, bx) + turn < polygon.minX) continue;
    for (const share of meetings(polygon.edges, ax + turn, ay, bx + turn, by)) {
      first = Math.min(first, share);
      last = Math.max(last, share);
    }
  }
  if (first > last) return undefined;
  const at = (share: number): Meeting => ({
    share,
    latitude: roundDegrees(toDegrees(ay + share * (by - ay))),
    longitude: wrapped(ax + share * (bx - ax)),
  });
  return { first: at(first), last: at(last) };
}

function wrapped(x: number): number {
  const turned = x > HALF_TURN ? x - FULL_TURN : x < -HALF_TURN ? x + FULL_TURN : x;
  return roundDegrees(toDegrees(turned));
}

/** The shares of the way a→b at which it meets edges; for an edge along the way, the shares of its ends. */
function* meetings(edges: Float64Array, ax: number, ay: number, bx: number, by: number): Generator<number> {
  const [west, east] = ax < bx ? [ax, bx] : [bx, ax];
  const [south, north] = ay < by ? [ay, by] : [by, ay];
  for (let i = 0; i < edges.length; i += 4) {
    const [cx, cy, dx, dy] = [edges[i]!, edges[i + 1]!, edges[i + 2]!, edges[i + 3]!];
    if ((cx < west && dx < west) || (cx > east && dx > east)) continue;
    if ((cy < south && dy < south) || (cy > north && dy > north)) continue;
    const c = orientation(ax, ay, bx, by, cx, cy);
    const d = orientation(ax, ay, bx, by, dx, dy);
    if ((c > 0 && d > 0) || (c < 0 && d < 0)) continue;
    if (c === 0 && d === 0) {
      yield along(ax, ay, bx, by, cx, cy);
      yield along(ax, ay, bx, by, dx, dy);
      continue;
    }
    const a = orientation(cx, cy, dx, dy, ax, ay);
    const b = orientation(cx, cy, dx, dy, bx, by);
    if ((a > 0 && b > 0) || (a < 0 && b < 0)) continue;
    yield a / (a - b);
  }
}

/** The share of a place on the line of the way, or that of the nearer end. */
function along(ax: number, ay: number, bx: number, by: number, px: number, py: number): number {
  const share = Math.abs(bx - ax) > Math.abs(by - ay) ? (px - ax) / (bx - ax) : (py - ay) / (by - ay);
  return Math.min(1, Math.max(0, share));
}
