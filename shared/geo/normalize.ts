import type { Geometry } from './geometry.ts';

export function normalizeGeometry(_input: unknown): Geometry {
  throw new Error('pending');
}
