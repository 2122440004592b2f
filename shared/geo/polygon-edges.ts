import type { MultiPolygonGeometry, PolygonGeometry } from './geometry.ts';
import { FULL_TURN } from './grid.ts';
import { isEastOf, isOnEdge, spansLatitude } from './predicates.ts';
import { boundsOf, type GridBounds, unwrapPolygon } from './rings.ts';

/**
 * All edges of a polygon or multipolygon as a flat list of ax, ay, bx, by in grid units. Each polygon lies in its own
 * frame: its middle lies within ±180 degrees, and so all of it within ±360. Copies of a point one turn to either side
 * therefore meet every edge.
 */
export interface PolygonEdges extends GridBounds {
  edges: Float64Array;
}

export function polygonEdges(geometry: PolygonGeometry | MultiPolygonGeometry): PolygonEdges {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const rings = polygons.flatMap(unwrapPolygon);
  const edges: number[] = [];
  for (const ring of rings) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      edges.push(ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!);
    }
  }
  return { edges: Float64Array.from(edges), ...boundsOf(rings) };
}

/** Whether a point is inside by the even–odd rule over all rings, boundary included; x within ±180 degrees. Exact. */
export function edgesContain(polygon: PolygonEdges, x: number, y: number): boolean {
  if (y < polygon.minY || y > polygon.maxY) return false;
  for (const copy of [x, x - FULL_TURN, x + FULL_TURN]) {
    if (copy < polygon.minX || copy > polygon.maxX) continue;
    if (isOnAnyEdge(polygon.edges, copy, y) || isOddEastward(polygon.edges, copy, y)) return true;
  }
  return false;
}

/**
 * As {@link edgesContain} for the perturbed point, counting every copy of the polygon around the globe; x within ±180
 * degrees.
 */
export function isInsidePerturbed(polygon: PolygonEdges, x: number, y: number): boolean {
  if (y < polygon.minY || y > polygon.maxY) return false;
  let inside = false;
  for (const copy of [x, x - FULL_TURN, x + FULL_TURN]) {
    if (copy > polygon.maxX || copy < polygon.minX) continue;
    if (isOddEastward(polygon.edges, copy, y)) inside = !inside;
  }
  return inside;
}

function isOddEastward(edges: Float64Array, x: number, y: number): boolean {
  let odd = false;
  for (let i = 0; i < edges.length; i += 4) {
    const ay = edges[i + 1]!;
    const by = edges[i + 3]!;
    if (spansLatitude(ay, by, y) && isEastOf(edges[i]!, ay, edges[i + 2]!, by, x, y)) odd = !odd;
  }
  return odd;
}

/** Whether any edge passes through the point itself. */
export function isOnAnyEdge(edges: Float64Array, x: number, y: number): boolean {
  for (let i = 0; i < edges.length; i += 4) {
    if (isOnEdge(edges[i]!, edges[i + 1]!, edges[i + 2]!, edges[i + 3]!, x, y)) return true;
  }
  return false;
}
