import { ancestor, FINEST_RESOLUTION } from './cell-number.ts';
import { type Cell, LADDER, toCell } from './cells.ts';
import { fineCellNumber } from './fine-cell.ts';
import { roundDegrees } from './sphere.ts';

/**
 * The six cells under which postings for a point can lie, coarse to fine: ancestors of its one resolution-15 cell. A
 * separate lookup of the point at each resolution would miss some, because H3's cells do not contain their descendants
 * exactly. The point is rounded to the 1e-7 grid first; longitude -180 becomes 180.
 *
 * @example ladderOf(37.7749, -122.4194).length // 6
 */
export function ladderOf(latitude: number, longitude: number): Cell[] {
  const fine = fineNumberOf(latitude, longitude);
  return LADDER.map((resolution) => toCell(ancestor(fine, FINEST_RESOLUTION - resolution), resolution));
}

/** The resolution-15 cell of a point, rounded as in {@link ladderOf}. It is the sort key of lists by place. */
export function fineCellOf(latitude: number, longitude: number): Cell {
  return toCell(fineNumberOf(latitude, longitude), FINEST_RESOLUTION);
}

/** The number of the resolution-15 cell of a point (see cell-number.ts). */
export function fineNumberOf(latitude: number, longitude: number): number {
  const rounded = roundDegrees(longitude);
  return fineCellNumber(roundDegrees(latitude), rounded === -180 ? 180 : rounded);
}
