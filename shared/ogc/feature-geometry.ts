import type { Geometry, MultiPolygonGeometry, PolygonGeometry, Position } from '../geo/geometry.ts';
import { toDegrees } from '../geo/grid.ts';
import { type GridRing, unwrapPolygon } from '../geo/rings.ts';
import { type GridPolygon, splitAtAntimeridian } from './antimeridian.ts';
import { circleRing } from './circle-ring.ts';

/**
 * A fence's geometry for clients that know GeoJSON and nothing else: circles as polygons, and no edge across ±180.
 *
 * @example featureGeometry({ type: 'Circle', center: [180, 0], radiusMeters: 1000 }).type // 'MultiPolygon'
 */
export function featureGeometry(geometry: Geometry): PolygonGeometry | MultiPolygonGeometry {
  const pieces = polygonsOf(geometry)
    .flatMap(splitAtAntimeridian)
    .map((rings) => rings.map(toPositions));
  const [only] = pieces;
  if (only && pieces.length === 1 && geometry.type !== 'MultiPolygon') return { type: 'Polygon', coordinates: only };
  return { type: 'MultiPolygon', coordinates: pieces };
}

function polygonsOf(geometry: Geometry): GridPolygon[] {
  if (geometry.type === 'Circle') return [[circleRing(geometry)]];
  return geometry.type === 'Polygon'
    ? [unwrapPolygon(geometry.coordinates)]
    : geometry.coordinates.map((rings) => unwrapPolygon(rings));
}

function toPositions(ring: GridRing): Position[] {
  return Array.from({ length: ring.length / 2 }, (_, i) => [toDegrees(ring[2 * i]!), toDegrees(ring[2 * i + 1]!)]);
}
