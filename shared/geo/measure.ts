import type { Geometry } from './geometry.ts';

/** Centre in degrees and bounding radius in whole metres. */
export interface Measure {
  latitude: number;
  longitude: number;
  radiusMeters: number;
}

export function measureGeometry(_geometry: Geometry): Measure {
  throw new Error('pending');
}
