import type { Position } from './geometry.ts';
import { FULL_TURN, HALF_TURN, QUARTER_TURN, toGrid } from './grid.ts';

/** A closed ring as x, y pairs in grid units, the first position repeated at the end, longitudes unwrapped. */
export type GridRing = Float64Array;

/** Bounds in grid units; `minX` and `maxX` may lie beyond ±180 degrees. */
export interface GridBounds {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/**
 * Reads a ring on the unwrapped plane: a step of more than 180 degrees of longitude takes the short way, across ±180. A
 * position that only repeats the one before it, even on the other side of ±180, is left out. A ring around a pole does
 * not end where it began.
 */
export function unwrapRing(ring: readonly Position[]): GridRing {
  const out = new Float64Array(2 * ring.length);
  let length = 0;
  let turn = 0;
  let [previousX, previousY] = [0, 0];
  for (const [longitude, latitude] of ring) {
    const [x, y] = [toGrid(longitude), toGrid(latitude)];
    const step = x - previousX;
    const crosses = Math.abs(step) > HALF_TURN && !isWideEdge(x, y, previousX, previousY);
    if (length > 0 && crosses) turn += step > 0 ? -FULL_TURN : FULL_TURN;
    [previousX, previousY] = [x, y];
    if (length > 0 && out[length - 2] === x + turn && out[length - 1] === y) continue;
    out[length] = x + turn;
    out[length + 1] = y;
    length += 2;
  }
  return out.slice(0, length);
}

/**
 * Whether an edge from one side of the map to the other is meant as it is drawn. An edge that joins -180 and 180 at the
 * same latitude joins a point to itself, except for the edge along a pole that closes a polar cap.
 */
function isWideEdge(ax: number, ay: number, bx: number, by: number): boolean {
  if (Math.abs(ax) !== HALF_TURN || Math.abs(bx) !== HALF_TURN) return false;
  return ay !== by || Math.abs(ay) === QUARTER_TURN;
}

/**
 * The rings of one polygon in one frame: the middle of the outer ring lies within ±180 degrees, and each hole lies in
 * the turn in which the outer ring can contain it.
 */
export function unwrapPolygon(rings: readonly (readonly Position[])[]): GridRing[] {
  const [outer, ...holes] = rings.map(unwrapRing);
  if (outer === undefined) return [];
  const bounds = boundsOf([outer]);
  const turn = FULL_TURN * Math.round((bounds.minX + bounds.maxX) / 2 / FULL_TURN) + 0;
  shiftRing(outer, -turn);
  const frame = boundsOf([outer]);
  for (const hole of holes) shiftRing(hole, turnInto(boundsOf([hole]), frame));
  return [outer, ...holes];
}

/** The shift, in whole turns, that brings `inner` into `outer`, or as near to it as possible. */
function turnInto(inner: GridBounds, outer: GridBounds): number {
  const fits = [0, FULL_TURN, -FULL_TURN, 2 * FULL_TURN, -2 * FULL_TURN].find(
    (turn) => inner.minX + turn >= outer.minX && inner.maxX + turn <= outer.maxX,
  );
  return fits ?? FULL_TURN * Math.round((outer.minX + outer.maxX - inner.minX - inner.maxX) / 2 / FULL_TURN);
}

/** Moves a ring east by `turn` grid units, in place. */
export function shiftRing(ring: GridRing, turn: number): void {
  if (turn !== 0) for (let i = 0; i < ring.length; i += 2) ring[i] = ring[i]! + turn;
}

export function boundsOf(rings: readonly GridRing[]): GridBounds {
  const bounds = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const x = ring[i]!;
      const y = ring[i + 1]!;
      if (x < bounds.minX) bounds.minX = x;
      if (x > bounds.maxX) bounds.maxX = x;
      if (y < bounds.minY) bounds.minY = y;
      if (y > bounds.maxY) bounds.maxY = y;
    }
  }
  return bounds;
}
