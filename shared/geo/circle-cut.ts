import type { Cut, Meeting, Place } from './cut.ts';
import { EARTH_RADIUS_METERS, RADIANS, roundDegrees, toVector, type Vector } from './sphere.ts';

/** In degrees and metres. */
interface Circle extends Place {
  readonly radiusMeters: number;
}

/**
 * The places where the great circle between two points outside of a circle cuts it. All values are differences from the
 * first point, which keep their precision for any length of the way: micrometres.
 */
export function circleCut(circle: Circle, from: Place, to: Place): Cut | undefined {
  const a = toVector(from.latitude, from.longitude);
  const d = difference(from, to);
  const normal = cross(a, d);
  const area = norm(normal);
  if (area === 0) return undefined;
  const n = scaled(normal, 1 / area);
  const t = cross(n, a);
  const e = difference(from, circle);
  const aside = Math.asin(Math.min(1, Math.abs(dot(n, e))));
  const radius = circle.radiusMeters / EARTH_RADIUS_METERS;
  const length = 2 * Math.asin(Math.min(1, norm(d) / 2));
  const middle = Math.atan2(dot(t, e), 1 + dot(a, e));
  if (aside > radius || middle < 0 || middle > length) return undefined;
  const square = (Math.sin((radius + aside) / 2) * Math.sin((radius - aside) / 2)) / Math.cos(aside);
  const half = 2 * Math.asin(Math.sqrt(square));
  const at = (angle: number): Meeting => {
    const within = Math.min(length, Math.max(0, angle));
    const [x, y, z] = sum(scaled(a, Math.cos(within)), scaled(t, Math.sin(within)));
    const latitude = roundDegrees(Math.atan2(z, Math.hypot(x, y)) / RADIANS);
    return { share: within / length, latitude, longitude: roundDegrees(Math.atan2(y, x) / RADIANS) };
  };
  return { first: at(middle - half), last: at(middle + half) };
}

/** The vector of one point minus that of another; each coordinate is a product of sines, so no digits cancel. */
function difference(from: Place, to: Place): Vector {
  const [ownLatitude, otherLatitude] = [from.latitude * RADIANS, to.latitude * RADIANS];
  const [ownLongitude, otherLongitude] = [from.longitude * RADIANS, to.longitude * RADIANS];
  const north = (to.latitude - from.latitude) * RADIANS;
  const turn = (to.longitude - from.longitude) * RADIANS;
  const [latitudes, longitudes] = [ownLatitude + otherLatitude, ownLongitude + otherLongitude];
  const cosines = (sign: number) =>
    -Math.sin((longitudes + sign * latitudes) / 2) * Math.sin((turn + sign * north) / 2);
  const sines = (sign: number) => Math.cos((longitudes + sign * latitudes) / 2) * Math.sin((turn + sign * north) / 2);
  return [cosines(1) + cosines(-1), sines(1) + sines(-1), 2 * Math.cos(latitudes / 2) * Math.sin(north / 2)];
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const norm = (a: Vector): number => Math.hypot(a[0], a[1], a[2]);
const scaled = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by];
const sum = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
