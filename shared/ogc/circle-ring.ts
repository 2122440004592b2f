import type { CircleGeometry } from '../geo/geometry.ts';
import { GRID_PER_RADIAN, QUARTER_TURN, toGrid } from '../geo/grid.ts';
import { type GridPoint, outlineRing } from '../geo/outline-ring.ts';
import type { GridRing } from '../geo/rings.ts';
import { EARTH_RADIUS_METERS, RADIANS } from '../geo/sphere.ts';

/** Number of sides of the polygon that represents a circle. */
export const CIRCLE_SIDES = 64;

/**
 * A circle as a closed ring, counterclockwise, in grid units: its vertices lie on the circle at equal bearings,
 * beginning in the north. Longitudes continue beyond ±180 where the circle crosses it. A circle that contains a pole
 * becomes the ring from -180 to 180 that closes along the pole's edge of the map.
 *
 * @example circleRing({ type: 'Circle', center: [0, 0], radiusMeters: 1000 }).length // 130: 65 positions
 */
export function circleRing({ center: [longitude, latitude], radiusMeters }: CircleGeometry): GridRing {
  const angle = radiusMeters / EARTH_RADIUS_METERS;
  const from = toGrid(longitude);
  const points = Array.from({ length: CIRCLE_SIDES }, (_, k): GridPoint => {
    const [turn, y] = vertex(latitude * RADIANS, angle, k);
    return [from + turn, y];
  });
  return outlineRing(points, poleWithin(latitude * RADIANS, angle));
}

/** The k-th vertex in grid units: its longitude relative to the centre, and its latitude. */
function vertex(latitude: number, angle: number, k: number): GridPoint {
  const bearing = (-2 * Math.PI * k) / CIRCLE_SIDES;
  // The sine is exactly 0 to the south as well, so that a circle through a pole has that vertex on the centre's
  // meridian.
  const sine = k % (CIRCLE_SIDES / 2) === 0 ? 0 : Math.sin(bearing);
  const east = Math.sin(angle) * sine;
  const poleward = towardsAxis(latitude, angle, Math.cos(bearing));
  const up = Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(bearing);
  const y = Math.atan2(up, Math.hypot(east, poleward));
  return [Math.round(Math.atan2(east, poleward) * GRID_PER_RADIAN) + 0, Math.round(y * GRID_PER_RADIAN) + 0];
}

/** The distance of a vertex from the axis, in the direction of the centre's meridian. It is negative beyond a pole. */
function towardsAxis(latitude: number, angle: number, cosine: number): number {
  return Math.cos(latitude) * Math.cos(angle) - Math.sin(latitude) * Math.sin(angle) * cosine;
}

/** The latitude, in grid units, of a pole inside the circle, or 0. */
function poleWithin(latitude: number, angle: number): number {
  if (towardsAxis(latitude, angle, 1) < 0) return QUARTER_TURN;
  return towardsAxis(latitude, angle, -1) < 0 ? -QUARTER_TURN : 0;
}
