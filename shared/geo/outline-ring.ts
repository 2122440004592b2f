import { FULL_TURN, HALF_TURN } from './grid.ts';
import type { GridRing } from './rings.ts';

export type GridPoint = readonly [x: number, y: number];

/**
 * The outline of a convex shape as a closed ring, counterclockwise, in grid units.
 *
 * @param points the corners in counterclockwise order; the first one is not repeated
 * @param pole the latitude of the pole inside the shape, or 0 for none. With a pole, the ring goes from -180 to 180 and
 *   closes along the pole's edge of the map
 */
export function outlineRing(points: readonly GridPoint[], pole: number): GridRing {
  return closed(pole === 0 ? points : capOutline(points, pole));
}

/** Counterclockwise around a polar cap: along its edge over all longitudes, then back along the pole. */
function capOutline(points: readonly GridPoint[], pole: number): GridPoint[] {
  const around = points.map(([x, y]): GridPoint => [within(x), y]).sort(([a], [b]) => a - b);
  const [first, last] = [around[0]!, around.at(-1)!];
  const share = (HALF_TURN - last[0]) / (first[0] + FULL_TURN - last[0]);
  const seam = Math.round(last[1] + share * (first[1] - last[1]));
  const edge: GridPoint[] = [[-HALF_TURN, seam], ...around, [HALF_TURN, seam]];
  if (pole < 0) return [...edge.reverse(), [-HALF_TURN, pole], [HALF_TURN, pole]];
  return [...edge, [HALF_TURN, pole], [-HALF_TURN, pole]];
}

/** The same longitude, from -180 (included) to 180 (excluded). */
const within = (x: number): number => ((((x + HALF_TURN) % FULL_TURN) + FULL_TURN) % FULL_TURN) - HALF_TURN;

function closed(points: readonly GridPoint[]): GridRing {
  const distinct = points.filter(([x, y], i) => {
    const [beforeX, beforeY] = points.at(i - 1)!;
    return x !== beforeX || y !== beforeY;
  });
  return Float64Array.from([...distinct, distinct[0]!].flat());
}
