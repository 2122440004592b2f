import { nearestEdgeMeters, preciseMeters } from './edge-distance.ts';
import type { Geometry } from './geometry.ts';
import { toDegrees, toGrid } from './grid.ts';
import { edgesContain, polygonEdges } from './polygon-edges.ts';
import { withoutSeams } from './seams.ts';
import { distanceMeters } from './sphere.ts';

/**
 * A test for many points of one geometry: whether a point (degrees, rounded to the 1e-7 grid) lies in it. Brute force
 * and exact: a circle by great-circle distance, a polygon by even–odd over all rings with the boundary inside.
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
 * A measure for many points of one normalised geometry: great-circle distance from a point to its edge in metres, negative
 * inside; exact, see {@link nearestEdgeMeters}. Where polygons meet at ±180 there is no edge.
 */
export function edgeDistance(geometry: Geometry): (latitude: number, longitude: number) => number {
  if (geometry.type === 'Circle') {
    const [lng, lat] = geometry.center;
    const [centerX, centerY] = [toGrid(lng), toGrid(lat)];
    return (latitude, longitude) =>
      preciseMeters(centerX, centerY, toGrid(longitude), toGrid(latitude)) - geometry.radiusMeters;
  }
  const polygon = polygonEdges(geometry);
  const edges = withoutSeams(polygon.edges);
  return (latitude, longitude) => {
    const [x, y] = [toGrid(longitude), toGrid(latitude)];
    const distance = nearestEdgeMeters(edges, x, y);
    return edgesContain(polygon, x, y) ? -distance : distance;
  };
}

/** The distance of one point; see {@link edgeDistance}. */
export function distanceToEdgeMeters(geometry: Geometry, latitude: number, longitude: number): number {
  return edgeDistance(geometry)(latitude, longitude);
}
