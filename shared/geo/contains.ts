import type { Geometry } from './geometry.ts';

export function geometryContains(_geometry: Geometry, _latitude: number, _longitude: number): boolean {
  throw new Error('pending');
}

export function distanceToEdgeMeters(_geometry: Geometry, _latitude: number, _longitude: number): number {
  throw new Error('pending');
}
