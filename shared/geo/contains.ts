import { insideTest } from './edge-bands.ts';
import { nearestEdgeMeters, preciseMeters } from './edge-distance.ts';
import type { Geometry } from './geometry.ts';
import { FULL_TURN, GRID_PER_RADIAN, toDegrees, toGrid } from './grid.ts';
import { nearEdges } from './near-edges.ts';
import { type PolygonEdges, polygonEdges } from './polygon-edges.ts';
import { withoutSeams } from './seams.ts';
import { distanceMeters } from './sphere.ts';

/**
 * Returns a test for many points against one geometry: whether a point (degrees, rounded to the 1e-7 grid) lies in it.
 * It is exact: a circle by great-circle distance, a polygon by the even–odd rule over all rings, where the boundary counts
 * as inside.
 */
export function containsTest(geometry: Geometry): (latitude: number, longitude: number) => boolean {
  if (geometry.type === 'Circle') {
    const [lng, lat] = geometry.center;
    return (latitude, longitude) =>
      distanceMeters(lat, lng, toDegrees(toGrid(latitude)), toDegrees(toGrid(longitude))) <= geometry.radiusMeters;
  }
  const isInside = insideTest(polygonEdges(geometry));
  return (latitude, longitude) => isInside(toGrid(longitude), toGrid(latitude));
}

/** Whether a point lies in a normalised geometry; see {@link containsTest}. */
export function geometryContains(geometry: Geometry, latitude: number, longitude: number): boolean {
  return containsTest(geometry)(latitude, longitude);
}

/**
 * Measures many points against one geometry: the great-circle distance in metres from a point (degrees) to the edge;
 * exact, see {@link nearestEdgeMeters}. It is above 0 exactly where {@link containsTest} says that the point is outside,
 * even if the edge is very near. The line where polygons meet at ±180 is not an edge.
 */
export function edgeMeasure(geometry: Geometry): (latitude: number, longitude: number) => number {
  if (geometry.type === 'Circle') {
    const [lng, lat] = geometry.center;
    const contains = containsTest(geometry);
    return (latitude, longitude) => {
      const [x, y] = [toGrid(longitude), toGrid(latitude)];
      const meters = preciseMeters(toGrid(lng), toGrid(lat), x, y) - geometry.radiusMeters;
      return contains(latitude, longitude) ? Math.min(meters, 0) : outside(meters);
    };
  }
  const polygon = polygonEdges(geometry);
  const isInside = insideTest(polygon);
  const source = sourceOf(polygon);
  const { edges } = source;
  return (latitude, longitude) => {
    const [x, y] = [toGrid(longitude), toGrid(latitude)];
    // No edge is farther away than a vertex; most edges need not be measured exactly.
    const near = edges.length === 0 ? edges : nearEdges(source, x, y, vertexMeters(edges, x, y));
    const distance = nearestEdgeMeters(near ?? edges, x, y);
    return isInside(x, y) ? -distance : outside(distance);
  };
}

/** The same for one point. */
export const distanceToEdgeMeters = (geometry: Geometry, latitude: number, longitude: number): number =>
  edgeMeasure(geometry)(latitude, longitude);

const sourceOf = ({ edges }: PolygonEdges) => ({ edges: withoutSeams(edges), minX: -FULL_TURN, maxX: FULL_TURN });

/** The distance of a vertex that is near, and on a flat map the nearest. */
function vertexMeters(edges: Float64Array, x: number, y: number): number {
  const scale = Math.cos(y / GRID_PER_RADIAN);
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < edges.length; i += 4) {
    const turned = edges[i]! - x;
    const dx = (turned - Math.round(turned / FULL_TURN) * FULL_TURN) * scale;
    const dy = edges[i + 1]! - y;
    const square = dx * dx + dy * dy;
    if (square < least) [best, least] = [i, square];
  }
  return preciseMeters(edges[best]!, edges[best + 1]!, x, y);
}

/** The distance of a point outside, which must stay above 0 although distances are rounded to nanometres. */
const outside = (meters: number): number => Math.max(meters, Number.MIN_VALUE);

/**
 * A test for many points outside of a normalised geometry: whether the edge is farther away than a number of metres. It
 * measures only edges that may be nearer.
 */
export function fartherTest(geometry: Geometry): (latitude: number, longitude: number, meters: number) => boolean {
  if (geometry.type === 'Circle') {
    return (latitude, longitude, meters) => distanceToEdgeMeters(geometry, latitude, longitude) > meters;
  }
  const source = sourceOf(polygonEdges(geometry));
  return (latitude, longitude, meters) => {
    const [x, y] = [toGrid(longitude), toGrid(latitude)];
    const near = nearEdges(source, x, y, meters);
    return near === undefined || nearestEdgeMeters(near, x, y) > meters;
  };
}
