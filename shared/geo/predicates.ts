import { orient2d } from 'robust-predicates';

/**
 * Exact tests of a point against one edge a→b, in grid units with y pointing north. The signs come from
 * adaptive-precision arithmetic (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust
 * Geometric Predicates", 1997), so no epsilon is compared anywhere.
 *
 * The `is…` tests perturb the point symbolically by (ε², ε) with ε → 0 (H. Edelsbrunner and E. Mücke, "Simulation of
 * Simplicity", 1990): it then lies on no edge and at the latitude or longitude of no vertex, and crossings can be
 * counted without special cases.
 */

/** Positive when c lies left of a→b, negative when right, 0 when the three are collinear. */
export function orientation(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  return -orient2d(ax, ay, bx, by, cx, cy);
}

/** Whether the point lies on the edge, ends included. */
export function isOnEdge(ax: number, ay: number, bx: number, by: number, px: number, py: number): boolean {
  if ((ax < px && bx < px) || (ax > px && bx > px) || (ay < py && by < py) || (ay > py && by > py)) return false;
  return orient2d(ax, ay, bx, by, px, py) === 0;
}

/** Whether the edge spans the perturbed point's latitude, so that the point's parallel crosses the edge once. */
export function spansLatitude(ay: number, by: number, py: number): boolean {
  return ay > py !== by > py;
}

/** Whether the edge spans the perturbed point's longitude, so that the point's meridian crosses the edge once. */
export function spansLongitude(ax: number, bx: number, px: number): boolean {
  return ax > px !== bx > px;
}

/** For an edge that spans the point's latitude: whether it passes east of the perturbed point. */
export function isEastOf(ax: number, ay: number, bx: number, by: number, px: number, py: number): boolean {
  if (ax < px && bx < px) return false;
  if (ax > px && bx > px) return true;
  return isLeftPerturbed(ax, ay, bx, by, px, py) === by > ay;
}

/** For an edge that spans the point's longitude: whether it passes north of the perturbed point. */
export function isNorthOf(ax: number, ay: number, bx: number, by: number, px: number, py: number): boolean {
  if (ay < py && by < py) return false;
  if (ay > py && by > py) return true;
  return isLeftPerturbed(ax, ay, bx, by, px, py) === bx < ax;
}

function isLeftPerturbed(ax: number, ay: number, bx: number, by: number, px: number, py: number): boolean {
  const left = orientation(ax, ay, bx, by, px, py);
  if (left !== 0) return left > 0;
  return bx === ax ? by < ay : bx > ax;
}
