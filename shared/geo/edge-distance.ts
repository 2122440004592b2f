import { toDegrees } from './grid.ts';
import { EARTH_RADIUS_METERS, RADIANS } from './sphere.ts';

const ABSOLUTE_METERS = 0.5;
const RELATIVE = 5e-4;

/** A stretch of an edge in grid units, with a lower bound of its distance to the point. */
interface Stretch {
  ax: number;
  ay: number;
  bx: number;
  by: number;
  atLeast: number;
}

/**
 * Great-circle distance in metres from a point to the nearest point of any edge, edges being straight in longitude
 * and latitude. Branch and bound: halves the stretches that could still be nearer than the best point found, until
 * none could by more than 0.5 m or 0.05 %. Works across ±180 and around poles, as only sines of differences enter.
 */
export function nearestEdgeMeters(edges: Float64Array, x: number, y: number): number {
  const point = { longitude: toDegrees(x) * RADIANS, latitude: toDegrees(y) * RADIANS };
  let best = Infinity;
  const measure = (ax: number, ay: number, bx: number, by: number): Stretch => {
    const middle = distanceRadians(point, (ax + bx) / 2, (ay + by) / 2) * EARTH_RADIUS_METERS;
    if (middle < best) best = middle;
    return { ax, ay, bx, by, atLeast: middle - halfLengthMeters(ax, ay, bx, by) };
  };
  const open: Stretch[] = [];
  for (let i = 0; i < edges.length; i += 4) {
    best = Math.min(best, distanceRadians(point, edges[i]!, edges[i + 1]!) * EARTH_RADIUS_METERS);
    open.push(measure(edges[i]!, edges[i + 1]!, edges[i + 2]!, edges[i + 3]!));
  }
  for (let stretch = open.pop(); stretch; stretch = open.pop()) {
    if (stretch.atLeast >= best - Math.max(ABSOLUTE_METERS, RELATIVE * best)) continue;
    const { ax, ay, bx, by } = stretch;
    const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
    const halves = [measure(ax, ay, mx, my), measure(mx, my, bx, by)];
    open.push(...halves.sort((a, b) => b.atLeast - a.atLeast));
  }
  return best;
}

/** Half the length of a stretch, at most: along a parallel the one nearest the equator is longest. */
function halfLengthMeters(ax: number, ay: number, bx: number, by: number): number {
  const nearest = ay > 0 !== by > 0 ? 0 : Math.min(Math.abs(ay), Math.abs(by));
  const east = toDegrees(bx - ax) * RADIANS * Math.cos(toDegrees(nearest) * RADIANS);
  const north = toDegrees(by - ay) * RADIANS;
  return (EARTH_RADIUS_METERS * Math.sqrt(east * east + north * north)) / 2;
}

function distanceRadians(point: { longitude: number; latitude: number }, x: number, y: number): number {
  const latitude = toDegrees(y) * RADIANS;
  const sinLatitude = Math.sin((latitude - point.latitude) / 2);
  const sinLongitude = Math.sin((toDegrees(x) * RADIANS - point.longitude) / 2);
  const square =
    sinLatitude * sinLatitude + Math.cos(latitude) * Math.cos(point.latitude) * sinLongitude * sinLongitude;
  return 2 * Math.asin(Math.min(1, Math.sqrt(square)));
}
