export interface FullShape {
  kind: 'full';
}

export interface EmptyShape {
  kind: 'empty';
}

export interface CircleShape {
  kind: 'circle';
  latitude: number;
  longitude: number;
  radiusMeters: number;
}

export interface ClippedShape {
  kind: 'clipped';
  centerX: number;
  centerY: number;
  centerInside: boolean;
  edges: Float64Array;
}

export type PostingShape = FullShape | EmptyShape | CircleShape | ClippedShape;

export function encodeShape(_shape: PostingShape): Uint8Array {
  throw new Error('pending');
}

export function decodeShape(_bytes: Uint8Array): PostingShape {
  throw new Error('pending');
}

export function shapeContains(_shape: PostingShape, _latitude: number, _longitude: number): boolean {
  throw new Error('pending');
}
