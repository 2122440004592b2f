import type { Cell } from './cells.ts';
import type { Geometry } from './geometry.ts';
import type { PostingShape } from './posting.ts';

export interface Posting {
  cell: Cell;
  shape: PostingShape;
}

export function coverGeometry(_geometry: Geometry, _options?: { maxCells?: number }): Posting[] {
  throw new Error('pending');
}

export function clipGeometry(_geometry: Geometry, _cells: readonly Cell[]): Posting[] {
  throw new Error('pending');
}
