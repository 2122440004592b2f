import type { Position } from '../../../../shared/geo/geometry.ts';
import { EARTH_RADIUS_METERS, RADIANS } from '../../../../shared/geo/sphere.ts';
import type { Random } from './random.ts';

/** A point from a uniform distribution over the sphere. */
export function anywhere(random: Random): Position {
  return [random() * 360 - 180, Math.asin(2 * random() - 1) / RADIANS];
}

/** The point at a distance and bearing (radians) along a great circle. */
export function travel([longitude, latitude]: Position, bearing: number, meters: number): Position {
  const angle = meters / EARTH_RADIUS_METERS;
  const from = latitude * RADIANS;
  const sine = Math.sin(from) * Math.cos(angle) + Math.cos(from) * Math.sin(angle) * Math.cos(bearing);
  const to = Math.asin(Math.max(-1, Math.min(1, sine)));
  const turn = Math.atan2(
    Math.sin(bearing) * Math.sin(angle) * Math.cos(from),
    Math.cos(angle) - Math.sin(from) * sine,
  );
  return [wrap(longitude + turn / RADIANS), to / RADIANS];
}

/** The longitude within ±180. */
export function wrap(longitude: number): number {
  const turned = (((longitude + 180) % 360) + 360) % 360;
  return turned - 180;
}

export function clampLatitude(latitude: number, limit = 90): number {
  return Math.max(-limit, Math.min(limit, latitude));
}

/** A star-shaped closed ring: `radiusOf` gives the radius in degrees of latitude by angle and index. */
export function starRing(
  [lng, lat]: Position,
  count: number,
  radiusOf: (angle: number, i: number) => number,
): Position[] {
  const stretch = 1 / Math.max(0.05, Math.cos(lat * RADIANS));
  const ring = Array.from({ length: count }, (_, i): Position => {
    const angle = (2 * Math.PI * i) / count;
    const radius = radiusOf(angle, i);
    return [wrap(lng + radius * stretch * Math.cos(angle)), clampLatitude(lat + radius * Math.sin(angle))];
  });
  return [...ring, ring[0]!];
}

/** A ring like a coastline: a star whose radius sums a few waves of random phase. */
export function coastRing(random: Random, center: Position, degrees: number, count: number): Position[] {
  const waves = [1, 2, 3, 5, 8, 13, 21, 34].map((frequency) => {
    return { frequency, phase: random() * 2 * Math.PI, height: (0.35 / Math.sqrt(frequency)) * random() };
  });
  return starRing(center, count, (angle) => {
    const sum = waves.reduce(
      (total, { frequency, phase, height }) => total + height * Math.sin(frequency * angle + phase),
      1,
    );
    return degrees * Math.max(0.15, sum);
  });
}
