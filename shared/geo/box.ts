import type { Geometry } from './geometry.ts';
import { FULL_TURN, GRID_PER_DEGREE, GRID_PER_RADIAN, QUARTER_TURN, toGrid } from './grid.ts';
import { edgesContain, polygonEdges } from './polygon-edges.ts';
import { orientation } from './predicates.ts';
import { distanceMeters, EARTH_RADIUS_METERS, RADIANS } from './sphere.ts';

/**
 * West, south, east and north in degrees, edges included. A box whose west is greater than its east crosses the
 * antimeridian.
 */
export type BoundingBox = readonly [west: number, south: number, east: number, north: number];

/** The whole globe. */
export const everywhere: BoundingBox = [-180, -90, 180, 90];

/** A box in grid units; `east` exceeds 180 degrees when the box crosses the antimeridian. */
export interface GridBox {
  west: number;
  south: number;
  east: number;
  north: number;
}

export function toGridBox([west, south, east, north]: BoundingBox): GridBox {
  const box = { west: toGrid(west), south: toGrid(south), east: toGrid(east), north: toGrid(north) };
  return box.west > box.east ? { ...box, east: box.east + FULL_TURN } : box;
}

/**
 * Whether a normalised geometry and a box have a point in common, edges included. Exact for polygons; circles are
 * tested by great-circle distance.
 *
 * @example geometryIntersectsBox({ type: 'Circle', center: [179.9, 0], radiusMeters: 500 }, [179, -1, -179, 1]) // true
 */
export function geometryIntersectsBox(geometry: Geometry, bbox: BoundingBox): boolean {
  const box = toGridBox(bbox);
  if (geometry.type === 'Circle') {
    const [longitude, latitude] = geometry.center;
    return distanceToBoxMeters(box, latitude, longitude) <= geometry.radiusMeters;
  }
  const polygon = polygonEdges(geometry);
  for (const turn of [0, FULL_TURN, -FULL_TURN, -2 * FULL_TURN]) {
    const turned = { ...box, west: box.west + turn, east: box.east + turn };
    if (turned.east < polygon.minX || turned.west > polygon.maxX) continue;
    if (anyEdgeMeets(polygon.edges, turned)) return true;
  }
  const corner = box.west > FULL_TURN / 2 ? box.west - FULL_TURN : box.west;
  return edgesContain(polygon, corner, box.south);
}

function anyEdgeMeets(edges: Float64Array, box: GridBox): boolean {
  for (let i = 0; i < edges.length; i += 4) {
    if (edgeMeets(edges[i]!, edges[i + 1]!, edges[i + 2]!, edges[i + 3]!, box)) return true;
  }
  return false;
}

/** Whether the bounds overlap and the box's corners are not all on one side of the edge. */
function edgeMeets(ax: number, ay: number, bx: number, by: number, { west, south, east, north }: GridBox): boolean {
  if (Math.max(ax, bx) < west || Math.min(ax, bx) > east) return false;
  if (Math.max(ay, by) < south || Math.min(ay, by) > north) return false;
  const sides = [
    orientation(ax, ay, bx, by, west, south),
    orientation(ax, ay, bx, by, east, south),
    orientation(ax, ay, bx, by, east, north),
    orientation(ax, ay, bx, by, west, north),
  ];
  return !(sides.every((side) => side > 0) || sides.every((side) => side < 0));
}

/**
 * Whether every point within `meters` of a point (grid units) is certain to lie in the box. Edges at the poles exclude
 * nothing, and a box around the whole globe has no sides that could.
 */
export function boxHoldsDisc(box: GridBox, x: number, y: number, meters: number): boolean {
  const angle = meters / EARTH_RADIUS_METERS;
  const height = angle * GRID_PER_RADIAN;
  const isSouthFree = box.south === -QUARTER_TURN || y - height > box.south;
  const isNorthFree = box.north === QUARTER_TURN || y + height < box.north;
  if (!isSouthFree || !isNorthFree) return false;
  if (box.east - box.west >= FULL_TURN) return true;
  const toPole = Math.PI / 2 - Math.abs(y) / GRID_PER_RADIAN;
  if (angle >= toPole) return false;
  const width = Math.asin(Math.sin(angle) / Math.sin(toPole)) * GRID_PER_RADIAN;
  const eastward = (x - box.west + FULL_TURN) % FULL_TURN;
  return eastward > width && eastward + width < box.east - box.west;
}

/** Great-circle distance in metres from a point in degrees to the nearest point of a box; 0 inside the box. */
export function distanceToBoxMeters(box: GridBox, latitude: number, longitude: number): number {
  const south = box.south / GRID_PER_DEGREE;
  const north = box.north / GRID_PER_DEGREE;
  const x = toGrid(longitude);
  const eastward = (((x - box.west) % FULL_TURN) + FULL_TURN) % FULL_TURN;
  if (eastward <= box.east - box.west) {
    const nearest = Math.min(north, Math.max(south, latitude));
    return distanceMeters(latitude, longitude, nearest, longitude);
  }
  const sides = [box.west / GRID_PER_DEGREE, box.east / GRID_PER_DEGREE];
  return Math.min(...sides.map((side) => distanceToMeridianMeters(latitude, longitude, side, south, north)));
}

/**
 * Distance to the nearest point of a stretch of a meridian: one of its ends, or the foot of the perpendicular when that
 * lies between them.
 */
function distanceToMeridianMeters(lat: number, lng: number, meridian: number, south: number, north: number): number {
  const turn = (meridian - lng) * RADIANS;
  const foot = Math.atan2(Math.sin(lat * RADIANS), Math.cos(lat * RADIANS) * Math.cos(turn)) / RADIANS;
  const candidates = foot > south && foot < north ? [south, north, foot] : [south, north];
  return Math.min(...candidates.map((latitude) => distanceMeters(lat, lng, latitude, meridian)));
}
