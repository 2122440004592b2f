/** Radius of the sphere on which every distance is measured: the mean radius (2a + b) / 3 of WGS 84. */
export const EARTH_RADIUS_METERS = 6371008.7714;

/** Radians per degree. */
export const RADIANS = Math.PI / 180;

/**
 * Great-circle distance by the haversine formula, which stays accurate for short distances, as fences need it.
 *
 * @returns metres on the sphere of {@link EARTH_RADIUS_METERS}; arguments are degrees.
 * @example distanceMeters(37.7749, -122.4194, 37.7749, -122.4194) // 0
 */
export function distanceMeters(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  const sinLatitude = Math.sin(((latitude2 - latitude1) * RADIANS) / 2);
  const sinLongitude = Math.sin(((longitude2 - longitude1) * RADIANS) / 2);
  const square =
    sinLatitude * sinLatitude +
    Math.cos(latitude1 * RADIANS) * Math.cos(latitude2 * RADIANS) * sinLongitude * sinLongitude;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(square)));
}

export type Vector = [x: number, y: number, z: number];

/** The unit vector of a point in degrees: x towards 0° E on the equator, z towards the north pole. */
export function toVector(latitude: number, longitude: number): Vector {
  const cosine = Math.cos(latitude * RADIANS);
  return [cosine * Math.cos(longitude * RADIANS), cosine * Math.sin(longitude * RADIANS), Math.sin(latitude * RADIANS)];
}

/**
 * Rounds degrees to 1e-7 (about 1.1 cm), the grid of all geometry and all points. Ties are rounded up (towards +∞) and
 * -0 becomes 0; rounding is idempotent.
 *
 * @example roundDegrees(12.34567894) // 12.3456789
 */
export function roundDegrees(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7 + 0;
}
