import type { Geometry, MultiPolygonGeometry, PolygonGeometry } from './geometry.ts';
import { FULL_TURN, HALF_TURN, toDegrees } from './grid.ts';
import { boundsOf, type GridRing, shiftRing, unwrapPolygon } from './rings.ts';
import { distanceMeters, roundDegrees } from './sphere.ts';

/** A fence's centre in degrees, on the 1e-7 grid, and its bounding radius in whole metres. */
export interface Measure {
  latitude: number;
  longitude: number;
  radiusMeters: number;
}

/**
 * Centre and bounding radius of a normalised geometry. A circle's are its own. A polygon's centre is the area-weighted
 * centroid on the unwrapped longitude/latitude plane, holes subtracted, and its radius the largest great-circle
 * distance from there to a vertex, rounded up. The polygons of a MultiPolygon are read in the turn nearest the first,
 * so that one cut at the antimeridian keeps its centre in the middle.
 */
export function measureGeometry(geometry: Geometry): Measure {
  if (geometry.type === 'Circle') {
    const [longitude, latitude] = geometry.center;
    return { latitude, longitude, radiusMeters: geometry.radiusMeters };
  }
  const polygons = neighbouringPolygons(geometry);
  const [x, y] = centroidOf(polygons);
  const latitude = roundDegrees(toDegrees(y));
  const longitude = roundDegrees(toDegrees(x - FULL_TURN * Math.round(x / FULL_TURN)));
  let farthest = 0;
  for (const ring of polygons.flat()) {
    for (let i = 0; i < ring.length; i += 2) {
      farthest = Math.max(farthest, distanceMeters(latitude, longitude, toDegrees(ring[i + 1]!), toDegrees(ring[i]!)));
    }
  }
  return { latitude, longitude, radiusMeters: Math.ceil(farthest) };
}

function neighbouringPolygons(geometry: PolygonGeometry | MultiPolygonGeometry): GridRing[][] {
  const polygons = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).map(unwrapPolygon);
  const middles = polygons.map((rings) => {
    const { minX, maxX } = boundsOf(rings);
    return (minX + maxX) / 2;
  });
  for (const [i, rings] of polygons.entries()) {
    const away = middles[i]! - middles[0]!;
    const turn = away > HALF_TURN ? -FULL_TURN : away < -HALF_TURN ? FULL_TURN : 0;
    for (const ring of rings) shiftRing(ring, turn);
  }
  return polygons;
}

/** Sums relative to the first vertex, so that small shapes far from the origin keep their digits. */
function centroidOf(polygons: readonly GridRing[][]): [x: number, y: number] {
  const originX = polygons[0]?.[0]?.[0] ?? 0;
  const originY = polygons[0]?.[0]?.[1] ?? 0;
  let area = 0;
  let momentX = 0;
  let momentY = 0;
  for (const rings of polygons) {
    for (const [i, ring] of rings.entries()) {
      const [twiceArea, x, y] = ringMoments(ring, originX, originY);
      const sign = (i === 0 ? 1 : -1) * Math.sign(twiceArea);
      area += sign * twiceArea;
      momentX += sign * x;
      momentY += sign * y;
    }
  }
  return [originX + momentX / (3 * area), originY + momentY / (3 * area)];
}

/** Twice the signed area of a ring and six times its first moments, about the origin given. */
function ringMoments(ring: GridRing, originX: number, originY: number): [twiceArea: number, x: number, y: number] {
  let twiceArea = 0;
  let momentX = 0;
  let momentY = 0;
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const ax = ring[i]! - originX;
    const ay = ring[i + 1]! - originY;
    const bx = ring[i + 2]! - originX;
    const by = ring[i + 3]! - originY;
    const cross = ax * by - bx * ay;
    twiceArea += cross;
    momentX += (ax + bx) * cross;
    momentY += (ay + by) * cross;
  }
  return [twiceArea, momentX, momentY];
}
