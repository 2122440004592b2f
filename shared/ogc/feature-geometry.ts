import { cutGeometry, type GridPolygon } from '../geo/antimeridian.ts';
import type { Geometry, MultiPolygonGeometry, PolygonGeometry } from '../geo/geometry.ts';
import { unwrapPolygon } from '../geo/rings.ts';
import { circleRing } from './circle-ring.ts';

/**
 * A fence's geometry for clients that know only GeoJSON: circles become polygons, and no edge crosses ±180.
 *
 * @example featureGeometry({ type: 'Circle', center: [180, 0], radiusMeters: 1000 }).type // 'MultiPolygon'
 */
export function featureGeometry(geometry: Geometry): PolygonGeometry | MultiPolygonGeometry {
  const cut = cutGeometry(polygonsOf(geometry));
  if (cut.type === 'Polygon' && geometry.type === 'MultiPolygon') {
    return { type: 'MultiPolygon', coordinates: [cut.coordinates] };
  }
  return cut;
}

function polygonsOf(geometry: Geometry): GridPolygon[] {
  if (geometry.type === 'Circle') return [[circleRing(geometry)]];
  return geometry.type === 'Polygon'
    ? [unwrapPolygon(geometry.coordinates)]
    : geometry.coordinates.map((rings) => unwrapPolygon(rings));
}
