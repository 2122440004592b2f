import { nearestEdgeMeters, preciseMeters } from './edge-distance.ts';
import type { Geometry } from './geometry.ts';
import { FULL_TURN, toDegrees, toGrid } from './grid.ts';
import { nearEdges } from './near-edges.ts';
import { edgesContain, polygonEdges } from './polygon-edges.ts';
import { withoutSeams } from './seams.ts';
import { distanceMeters } from './sphere.ts';

/**
 * Returns a test for many points against one geometry: whether a point (degrees, rounded to the 1e-7 grid) lies in it.
 * It is exact and compares with every edge: a circle by great-circle distance, a polygon by the even–odd rule over all
 * rings, where the boundary counts as inside.
 */
export function containsTest(geometry: Geometry): (latitude: number, longitude: number) => boolean {
  if (geometry.type === 'Circle') {
    const [lng, lat] = geometry.center;
    return (latitude, longitude) =>
      distanceMeters(lat, lng, toDegrees(toGrid(latitude)), toDegrees(toGrid(longitude))) <= geometry.radiusMeters;
  }
  const polygon = polygonEdges(geometry);
  return (latitude, longitude) => edgesContain(polygon, toGrid(longitude), toGrid(latitude));
}

/** Whether a point lies in a normalised geometry; see {@link containsTest}. */
export function geometryContains(geometry: Geometry, latitude: number, longitude: number): boolean {
  return containsTest(geometry)(latitude, longitude);
}

/**
 * Great-circle distance in metres from a point to the edge of a normalised geometry; exact, see {@link
 * nearestEdgeMeters}. It is above 0 exactly where {@link containsTest} says that the point is outside, however near the
 * edge is. The line where polygons meet at ±180 is not an edge.
 */
export function distanceToEdgeMeters(geometry: Geometry, latitude: number, longitude: number): number {
  const [x, y] = [toGrid(longitude), toGrid(latitude)];
  if (geometry.type === 'Circle') {
    const [lng, lat] = geometry.center;
    const meters = preciseMeters(toGrid(lng), toGrid(lat), x, y) - geometry.radiusMeters;
    return geometryContains(geometry, latitude, longitude) ? Math.min(meters, 0) : outside(meters);
  }
  const polygon = polygonEdges(geometry);
  const distance = nearestEdgeMeters(withoutSeams(polygon.edges), x, y);
  return edgesContain(polygon, x, y) ? -distance : outside(distance);
}

/** A distance is rounded to nanometres, a point outside is none inside for that. */
const outside = (meters: number): number => Math.max(meters, Number.MIN_VALUE);

/**
 * A test for many points outside of a normalised geometry: whether the edge is farther away than a number of metres. It
 * measures only edges that may be nearer.
 */
export function fartherTest(geometry: Geometry): (latitude: number, longitude: number, meters: number) => boolean {
  if (geometry.type === 'Circle') {
    return (latitude, longitude, meters) => distanceToEdgeMeters(geometry, latitude, longitude) > meters;
  }
  const edges = withoutSeams(polygonEdges(geometry).edges);
  const source = { edges, minX: -FULL_TURN, maxX: FULL_TURN };
  return (latitude, longitude, meters) => {
    const [x, y] = [toGrid(longitude), toGrid(latitude)];
    const near = nearEdges(source, x, y, meters);
    return near === undefined || nearestEdgeMeters(near, x, y) > meters;
  };
}
