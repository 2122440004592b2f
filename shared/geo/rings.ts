import type { Position } from './geometry.ts';
import { FULL_TURN, HALF_TURN, toGrid } from './grid.ts';

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
 * Reads a ring on the unwrapped plane: a step of more than 180 degrees of longitude goes the short way, across ±180,
 * unless both of its ends lie exactly on ±180 (the wide edge of a polar cap). A ring that goes round a pole does not
 * end where it began.
 */
export function unwrapRing(ring: readonly Position[]): GridRing {
  const out = new Float64Array(2 * ring.length);
  let turn = 0;
  let previous = 0;
  for (const [i, [longitude, latitude]] of ring.entries()) {
    const x = toGrid(longitude);
    const step = x - previous;
    const isCapEdge = Math.abs(x) === HALF_TURN && Math.abs(previous) === HALF_TURN;
    if (i > 0 && Math.abs(step) > HALF_TURN && !isCapEdge) turn += step > 0 ? -FULL_TURN : FULL_TURN;
    out[2 * i] = x + turn;
    out[2 * i + 1] = toGrid(latitude);
    previous = x;
  }
  return out;
}

/**
 * The rings of one polygon in one frame: the middle of the outer ring lies within ±180 degrees, and each hole in the
 * turn in which the outer ring can hold it.
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

/** The shift, in whole turns, that brings `inner` into `outer`, or as near as can be. */
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
