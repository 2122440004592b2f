import { coverGeometry, type Posting } from '../../../../shared/geo/cover.ts';
import type { Geometry } from '../../../../shared/geo/geometry.ts';
import { ladderOf } from '../../../../shared/geo/ladder.ts';
import { decodeShape, encodeShape, type PostingShape, shapeContains } from '../../../../shared/geo/posting.ts';

/** An index in memory that decides as the stored one does, from a point's ladder and decoded postings alone. */
export class CoverIndex {
  readonly #rows = new Map<string, { fence: number; shape: PostingShape }[]>();

  constructor(fences: readonly Geometry[], cover: (fence: Geometry) => Posting[] = (fence) => coverGeometry(fence)) {
    for (const [fence, geometry] of fences.entries()) {
      for (const { cell, shape } of cover(geometry)) {
        const rows = this.#rows.get(cell) ?? [];
        rows.push({ fence, shape: decodeShape(encodeShape(shape)) });
        this.#rows.set(cell, rows);
      }
    }
  }

  /** The fences that contain the point, each as often as a posting says so. */
  find(longitude: number, latitude: number): number[] {
    const found: number[] = [];
    for (const cell of ladderOf(latitude, longitude)) {
      for (const { fence, shape } of this.#rows.get(cell) ?? []) {
        if (shapeContains(shape, latitude, longitude)) found.push(fence);
      }
    }
    return found;
  }
}
