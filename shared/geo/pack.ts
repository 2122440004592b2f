import type { Geometry } from './geometry.ts';

export function packGeometry(_geometry: Geometry): Uint8Array {
  throw new Error('pending');
}

export function unpackGeometry(_bytes: Uint8Array): Geometry {
  throw new Error('pending');
}
