import { isEastOf, isNorthOf, isOnEdge, spansLatitude, spansLongitude } from './predicates.ts';

/**
 * Whether the path from p along its parallel to the meridian of c, and then along that meridian to c, crosses an odd
 * number of edges; both points are perturbed as in predicates.ts. Every point of the path is at most as far from c as p
 * is, so the edges of a polygon within that distance of c suffice to decide whether p and c lie on the same side.
 */
export function isOddBetween(edges: Float64Array, px: number, py: number, cx: number, cy: number): boolean {
  return walk(edges, px, py, cx, cy, false) === ODD;
}

/** As {@link isOddBetween}, or undefined when p lies on an edge. */
export function isOddUnlessOn(
  edges: Float64Array,
  px: number,
  py: number,
  cx: number,
  cy: number,
): boolean | undefined {
  const crossings = walk(edges, px, py, cx, cy, true);
  return crossings === ON ? undefined : crossings === ODD;
}

const EVEN = 0;
const ODD = 1;
const ON = 2;

/** Most edges lie on one side of the whole path, and are skipped after a few comparisons. */
function walk(edges: Float64Array, px: number, py: number, cx: number, cy: number, stopsOnEdge: boolean): number {
  let crossings = EVEN;
  for (let i = 0; i < edges.length; i += 4) {
    const ax = edges[i]!;
    const bx = edges[i + 2]!;
    if ((ax < px && bx < px && ax < cx && bx < cx) || (ax > px && bx > px && ax > cx && bx > cx)) continue;
    const ay = edges[i + 1]!;
    const by = edges[i + 3]!;
    if ((ay < py && by < py && ay < cy && by < cy) || (ay > py && by > py && ay > cy && by > cy)) continue;
    if (stopsOnEdge && isOnEdge(ax, ay, bx, by, px, py)) return ON;
    if (spansLatitude(ay, by, py) && isEastOf(ax, ay, bx, by, px, py) !== isEastOf(ax, ay, bx, by, cx, py))
      crossings ^= ODD;
    if (spansLongitude(ax, bx, cx) && isNorthOf(ax, ay, bx, by, cx, py) !== isNorthOf(ax, ay, bx, by, cx, cy))
      crossings ^= ODD;
  }
  return crossings;
}
