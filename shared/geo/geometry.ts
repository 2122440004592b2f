/** Longitude then latitude, in degrees, as GeoJSON orders them. */
export type Position = [longitude: number, latitude: number];

/** All points whose great-circle distance to `center` is at most `radiusMeters`. */
export interface CircleGeometry {
  type: 'Circle';
  center: Position;
  radiusMeters: number;
}

/** GeoJSON (RFC 7946) Polygon: an outer ring, then holes; edges straight in longitude and latitude. */
export interface PolygonGeometry {
  type: 'Polygon';
  coordinates: Position[][];
}

/** GeoJSON (RFC 7946) MultiPolygon. */
export interface MultiPolygonGeometry {
  type: 'MultiPolygon';
  coordinates: Position[][][];
}

export type Geometry = CircleGeometry | PolygonGeometry | MultiPolygonGeometry;
