import { GRID_PER_RADIAN, toDegrees } from './grid.ts';
import { EARTH_RADIUS_METERS, RADIANS } from './sphere.ts';
import { leastAlong } from './stretch.ts';

/**
 * Great-circle distance between two points in grid units, accurate to a few nanometres at any distance. Half the angle
 * has the sine √h and the cosine √g; one of them alone would lose digits, either for near points or for antipodes.
 */
export function preciseMeters(ax: number, ay: number, bx: number, by: number): number {
  const latitude = toRadians(ay);
  const other = toRadians(by);
  const turn = toRadians(bx - ax);
  const scale = Math.cos(latitude) * Math.cos(other);
  const h = Math.sin(toRadians(by - ay) / 2) ** 2 + scale * Math.sin(turn / 2) ** 2;
  const g = Math.sin((latitude + other) / 2) ** 2 + scale * Math.cos(turn / 2) ** 2;
  return 2 * EARTH_RADIUS_METERS * Math.atan2(Math.sqrt(h), Math.sqrt(g));
}

const toRadians = (grid: number): number => grid / GRID_PER_RADIAN;

/**
 * Great-circle distance in metres from a point to the nearest point of any edge, where edges are straight in longitude
 * and latitude. Exact except for floating-point error, which is far below a micrometre. Works across ±180 and around
 * poles, because only sines of differences of longitude are used.
 */
export function nearestEdgeMeters(edges: Float64Array, x: number, y: number): number {
  let best = Infinity;
  for (let i = 0; i < edges.length; i += 2) best = Math.min(best, preciseMeters(x, y, edges[i]!, edges[i + 1]!));
  for (let i = 0; i < edges.length; i += 4) {
    const [ax, ay, bx, by] = [edges[i]!, edges[i + 1]!, edges[i + 2]!, edges[i + 3]!];
    const middle = preciseMeters(x, y, (ax + bx) / 2, (ay + by) / 2);
    if (middle - halfLengthMeters(ax, ay, bx, by) >= best) continue;
    const at = leastAlong({ x, y, ax, ay, bx, by });
    for (const t of at) best = Math.min(best, preciseMeters(x, y, ax + t * (bx - ax), ay + t * (by - ay)));
  }
  return best;
}

/** Upper bound of half the length of an edge: the stretch along a parallel is longest nearest the equator. */
export function halfLengthMeters(ax: number, ay: number, bx: number, by: number): number {
  const nearest = ay > 0 !== by > 0 ? 0 : Math.min(Math.abs(ay), Math.abs(by));
  const east = toRadians(bx - ax) * Math.cos(toDegrees(nearest) * RADIANS);
  const north = toRadians(by - ay);
  return (EARTH_RADIUS_METERS * Math.sqrt(east * east + north * north)) / 2;
}
