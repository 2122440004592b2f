import type { Geometry, Position } from '../../../../shared/geo/geometry.ts';

/**
 * The truth with which the index is compared, written independently: polygons in integer arithmetic on the 1e-7 grid
 * (BigInt products, nothing rounded), each ring read separately, with the even–odd rule and the boundary inside.
 */
export type Oracle = (longitude: number, latitude: number) => boolean;

/** The latitudes outside of which an oracle answers no, for callers that ask many oracles. */
export function latitudesOf(geometry: Geometry): [south: number, north: number] {
  if (geometry.type === 'Circle') {
    const reach = geometry.radiusMeters / 111_000 + 0.001;
    return [geometry.center[1] - reach, geometry.center[1] + reach];
  }
  const positions = geometry.coordinates.flat(geometry.type === 'Polygon' ? 1 : 2) as Position[];
  const latitudes = positions.map(([, latitude]) => latitude);
  return [min(latitudes) - 1e-6, max(latitudes) + 1e-6];
}

export type Segment = [ax: number, ay: number, bx: number, by: number];
const TURN = 3_600_000_000;

export function oracleOf(geometry: Geometry): Oracle {
  if (geometry.type === 'Circle') return circleOracle(geometry.center, geometry.radiusMeters);
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const parts = polygons.map((rings) => {
    const segments = rings.flatMap(segmentsOf);
    const xs = segments.flatMap(([ax, , bx]) => [ax, bx]);
    const ys = segments.flatMap(([, ay, , by]) => [ay, by]);
    return { segments, west: min(xs), east: max(xs), south: min(ys), north: max(ys) };
  });
  return (longitude, latitude) => {
    const x = Math.round(longitude * 1e7);
    const y = Math.round(latitude * 1e7);
    return parts.some(({ segments, west, east, south, north }) => {
      if (y < south || y > north) return false;
      let odd = false;
      for (let copy = x - 2 * TURN; copy <= x + 2 * TURN; copy += TURN) {
        if (copy < west || copy > east) continue;
        const side = locate(segments, copy, y);
        if (side === 'on') return true;
        if (side === 'odd') odd = !odd;
      }
      return odd;
    });
  };
}

const min = (values: number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
const max = (values: number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);

function circleOracle([longitude, latitude]: Position, radiusMeters: number): Oracle {
  const rad = Math.PI / 180;
  const reach = radiusMeters / 111_000 + 0.001;
  return (lng, lat) => {
    const [x, y] = [Math.round(lng * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7];
    if (Math.abs(y - latitude) > reach) return false;
    const a = Math.sin(((y - latitude) * rad) / 2);
    const b = Math.sin(((x - longitude) * rad) / 2);
    const square = a * a + Math.cos(latitude * rad) * Math.cos(y * rad) * b * b;
    return 2 * 6371008.7714 * Math.asin(Math.min(1, Math.sqrt(square))) <= radiusMeters;
  };
}

/** A hole may be shifted by 360° from its outer ring; counting copies over all turns corrects this. */
export function segmentsOf(ring: readonly Position[]): Segment[] {
  const segments: Segment[] = [];
  let turn = 0;
  for (let i = 1; i < ring.length; i++) {
    const ax = Math.round(ring[i - 1]![0] * 1e7);
    const bx = Math.round(ring[i]![0] * 1e7);
    const from = turn;
    const [ay, by] = [Math.round(ring[i - 1]![1] * 1e7), Math.round(ring[i]![1] * 1e7)];
    // At one latitude the two sides of the map are the same point, except for the edge along a pole.
    const isOnePoint = ay === by && Math.abs(ay) !== TURN / 4;
    const wide = Math.abs(ax) === TURN / 2 && Math.abs(bx) === TURN / 2 && !isOnePoint;
    if (!wide && bx - ax > TURN / 2) turn -= TURN;
    if (!wide && ax - bx > TURN / 2) turn += TURN;
    segments.push([ax + from, ay, bx + turn, by]);
  }
  return segments;
}

function locate(segments: readonly Segment[], x: number, y: number): 'on' | 'odd' | 'even' {
  let odd = false;
  for (const [ax, ay, bx, by] of segments) {
    if ((ay > y && by > y) || (ay < y && by < y) || (ax < x && bx < x)) continue;
    const touches = Math.min(ax, bx) <= x;
    const cross = touches
      ? (BigInt(bx) - BigInt(ax)) * (BigInt(y) - BigInt(ay)) - (BigInt(by) - BigInt(ay)) * (BigInt(x) - BigInt(ax))
      : undefined;
    if (cross === 0n) return 'on';
    if (ay > y === by > y) continue;
    const isEast = cross === undefined || cross > 0n === by > ay;
    if (isEast) odd = !odd;
  }
  return odd ? 'odd' : 'even';
}
