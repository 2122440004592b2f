import { isEastOf, isNorthOf, spansLatitude, spansLongitude } from './predicates.ts';

/**
 * Whether an odd number of edges is crossed on the way from p along its parallel to the meridian of c, then along that
 * to c; both perturbed as in predicates.ts. Every point of that way is at most as far from c as p is, so of a
 * polygon's edges those within that distance of c suffice to tell whether p and c lie on the same side.
 */
export function isOddBetween(edges: Float64Array, px: number, py: number, cx: number, cy: number): boolean {
  let odd = false;
  for (let i = 0; i < edges.length; i += 4) {
    const ax = edges[i]!;
    const ay = edges[i + 1]!;
    const bx = edges[i + 2]!;
    const by = edges[i + 3]!;
    if (spansLatitude(ay, by, py) && isEastOf(ax, ay, bx, by, px, py) !== isEastOf(ax, ay, bx, by, cx, py)) odd = !odd;
    if (spansLongitude(ax, bx, cx) && isNorthOf(ax, ay, bx, by, cx, py) !== isNorthOf(ax, ay, bx, by, cx, cy))
      odd = !odd;
  }
  return odd;
}
