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
 * Centre and bounding radius of a normalised geometry. A circle has its own. The centre of a polygon is the
 * area-weighted centroid on the unwrapped longitude/latitude plane, with holes subtracted; its radius is the largest
 * great-circle distance from the centre to a vertex, rounded up. The polygons of a MultiPolygon are read in the turn
 * nearest the first polygon, so that the centre stays in the middle of one that was cut at the antimeridian.
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

/** Twice the signed area and six times the first moments, holes subtracted. */
interface Moments<N> {
  area: N;
  x: N;
  y: N;
}

/** Moments are summed about the first vertex, so that small shapes far from the origin keep their precision. */
function centroidOf(polygons: readonly GridRing[][]): [x: number, y: number] {
  const originX = polygons[0]?.[0]?.[0] ?? 0;
  const originY = polygons[0]?.[0]?.[1] ?? 0;
  const sum = { area: 0, x: 0, y: 0 };
  let magnitude = 0;
  for (const rings of polygons) {
    for (const [i, ring] of rings.entries()) {
      const moments = ringMoments(ring, originX, originY);
      magnitude += moments.magnitude;
      const sign = (i === 0 ? 1 : -1) * Math.sign(moments.area);
      sum.area += sign * moments.area;
      sum.x += sign * moments.x;
      sum.y += sign * moments.y;
    }
  }
  if (sum.area > magnitude * MAX_CANCELLATION) {
    return [originX + sum.x / (3 * sum.area), originY + sum.y / (3 * sum.area)];
  }
  const exact = exactMoments(polygons, BigInt(originX), BigInt(originY));
  return [originX + Number(exact.x / (3n * exact.area)), originY + Number(exact.y / (3n * exact.area))];
}

/** A sum of doubles that is below this share of what was added and subtracted is not reliable. */
const MAX_CANCELLATION = 1e-7;

function ringMoments(ring: GridRing, originX: number, originY: number): Moments<number> & { magnitude: number } {
  const sum = { area: 0, x: 0, y: 0, magnitude: 0 };
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const ax = ring[i]! - originX;
    const ay = ring[i + 1]! - originY;
    const bx = ring[i + 2]! - originX;
    const by = ring[i + 3]! - originY;
    const cross = ax * by - bx * ay;
    sum.area += cross;
    sum.x += (ax + bx) * cross;
    sum.y += (ay + by) * cross;
    sum.magnitude += Math.abs(ax * by) + Math.abs(bx * ay);
  }
  return sum;
}

/** The same computation in integers, for needles whose area is lost in doubles. */
function exactMoments(polygons: readonly GridRing[][], originX: bigint, originY: bigint): Moments<bigint> {
  const sum = { area: 0n, x: 0n, y: 0n };
  for (const rings of polygons) {
    for (const [k, ring] of rings.entries()) {
      const points = Array.from(ring, (value, i) => BigInt(value) - (i % 2 === 0 ? originX : originY));
      const own = { area: 0n, x: 0n, y: 0n };
      for (let i = 0; i + 3 < points.length; i += 2) {
        const [ax, ay, bx, by] = points.slice(i, i + 4) as [bigint, bigint, bigint, bigint];
        const cross = ax * by - bx * ay;
        own.area += cross;
        own.x += (ax + bx) * cross;
        own.y += (ay + by) * cross;
      }
      const sign = own.area < 0n === (k === 0) ? -1n : 1n;
      sum.area += sign * own.area;
      sum.x += sign * own.x;
      sum.y += sign * own.y;
    }
  }
  return sum;
}

/** Positions over all rings, closing ones included; 1 for a circle. */
export function positionCount(geometry: Geometry): number {
  if (geometry.type === 'Circle') return 1;
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  return polygons.flat().reduce((count, ring) => count + ring.length, 0);
}
