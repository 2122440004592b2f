import { cellToBoundary } from 'h3-js';
import { cutGeometry } from './antimeridian.ts';
import { type Cell, cellToH3 } from './cells.ts';
import type { MultiPolygonGeometry, PolygonGeometry } from './geometry.ts';
import { FULL_TURN, GRID_PER_RADIAN, QUARTER_TURN, toDegrees, toGrid } from './grid.ts';
import { type GridPoint, outlineRing } from './outline-ring.ts';
import { boundsOf, type GridRing, shiftRing } from './rings.ts';
import { distanceMeters, toVector, type Vector } from './sphere.ts';

/**
 * The outline of a cell for display, on the 1e-7 grid, counterclockwise, cut at ±180. The sides of a cell are great
 * circles. Where a straight line in longitude and latitude would deviate from one, points between the corners keep it
 * close. The two cells around the poles are closed along the edge of the map.
 *
 * @example cellOutline(cellFromH3('827eb7fffffffff')).type // 'MultiPolygon': it lies across ±180
 */
export function cellOutline(cell: Cell): PolygonGeometry | MultiPolygonGeometry {
  const corners = cellToBoundary(cellToH3(cell), true).map(([x, y]): GridPoint => [toGrid(x), toGrid(y)]);
  const points = unwrapped(corners.slice(1).flatMap((to, i) => side(corners[i]!, to)));
  const [first, last] = [points[0]!, points.at(-1)!];
  const closing = last[0] + shortStep(last[0], first[0]);
  const ring = outlineRing(points, closing === first[0] ? 0 : QUARTER_TURN * Math.sign(first[1]));
  return cutGeometry([[framed(ring)]]);
}

/** The largest deviation of a drawn side, as a share of its length. */
const MAX_BEND = 0.01;

/** A corner and the points on the way to the next one. The points are the same in either direction. */
function side(from: GridPoint, to: GridPoint): GridPoint[] {
  const drawn: GridPoint = [from[0] + shortStep(from[0], to[0]) / 2, (from[1] + to[1]) / 2];
  const middle = middleOf(from, to);
  if (metersBetween(drawn, middle) <= MAX_BEND * metersBetween(from, to)) return [from];
  return [...side(from, middle), ...side(middle, to)];
}

/** The middle of the great circle from one point to another. */
function middleOf(a: GridPoint, b: GridPoint): GridPoint {
  const [from, to] = [vectorOf(a), vectorOf(b)];
  const [x, y, z] = [from[0] + to[0], from[1] + to[1], from[2] + to[2]];
  return [
    Math.round(Math.atan2(y, x) * GRID_PER_RADIAN),
    Math.round(Math.atan2(z, Math.hypot(x, y)) * GRID_PER_RADIAN),
  ];
}

const vectorOf = ([x, y]: GridPoint): Vector => toVector(toDegrees(y), toDegrees(x));

const metersBetween = (a: GridPoint, b: GridPoint): number =>
  distanceMeters(toDegrees(a[1]), toDegrees(a[0]), toDegrees(b[1]), toDegrees(b[0]));

/** Consecutive corners joined by the shorter way, past ±180 where that way crosses it. */
function unwrapped(corners: readonly GridPoint[]): GridPoint[] {
  let at = corners[0]?.[0] ?? 0;
  return corners.map(([x, y]) => {
    at += shortStep(at, x);
    return [at, y];
  });
}

/** The difference from one longitude to another, at most half a turn. */
function shortStep(from: number, to: number): number {
  const step = to - from;
  return step - FULL_TURN * Math.round(step / FULL_TURN);
}

/** Moves a ring so that its middle lies within ±180, as `cutGeometry` expects. */
function framed(ring: GridRing): GridRing {
  const { minX, maxX } = boundsOf([ring]);
  shiftRing(ring, -FULL_TURN * Math.round((minX + maxX) / 2 / FULL_TURN));
  return ring;
}
