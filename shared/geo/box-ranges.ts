import { type BoundingBox, boxHoldsDisc, distanceToBoxMeters, type GridBox, toGridBox } from './box.ts';
import { ancestor, children, FINEST_RESOLUTION, isPentagon, ROOTS } from './cell-number.ts';
import { type Cell, LADDER, toCell } from './cells.ts';
import { SLACK_METERS } from './near-edges.ts';
import { type CellDisc, discOf } from './reach.ts';

/** Keys of resolution 15 from `from` to `to`, both included, in string order. */
export interface CellRange {
  from: Cell;
  to: Cell;
}

const MAX_RANGES = 16;
/** The most cells that are split; further splits gain little. */
const MAX_SPLITS = 160;
const FINEST = LADDER[LADDER.length - 1]!;

/**
 * At most 16 ranges of `fineCellOf` keys that contain every point within `marginMeters` of a box, and few other points.
 * Keys sort so that the descendants of a cell stay together, so a range is one cell or a run of neighbours; `to` need
 * not be the key of a cell itself.
 */
export function rangesForBox(bbox: BoundingBox, marginMeters: number, maxRanges = MAX_RANGES): CellRange[] {
  const box = toGridBox(bbox);
  const done: CellDisc[] = [];
  let open = reached(box, marginMeters, ROOTS, 0);
  let splits = 0;
  for (let disc = open.shift(); disc; disc = open.shift()) {
    const parts =
      disc.resolution === FINEST || splits++ >= MAX_SPLITS || isWithin(box, marginMeters, disc)
        ? undefined
        : reached(box, marginMeters, children(disc.cell, disc.resolution), disc.resolution + 1);
    if (parts && mergedSpans([...done, ...open, ...parts]).length <= maxRanges) open = [...open, ...parts];
    else done.push(disc);
  }
  return joinClosest(mergedSpans(done), maxRanges).map(([from, to]) => ({
    from: toCell(from, FINEST_RESOLUTION),
    to: toCell(to, FINEST_RESOLUTION),
  }));
}

function reached(box: GridBox, marginMeters: number, cells: readonly number[], resolution: number): CellDisc[] {
  return cells
    .map((cell) => discOf(cell, resolution))
    .filter((disc) => distanceOf(box, disc) <= disc.reachMeters + marginMeters + SLACK_METERS);
}

/** Whether a split would gain nothing because everything under the cell is wanted. */
function isWithin(box: GridBox, marginMeters: number, disc: CellDisc): boolean {
  const isHeld = boxHoldsDisc(box, disc.x, disc.y, disc.reachMeters + SLACK_METERS);
  return isHeld || distanceOf(box, disc) + disc.reachMeters < marginMeters;
}

function distanceOf(box: GridBox, disc: CellDisc): number {
  return distanceToBoxMeters(box, disc.latitude, disc.longitude);
}

/** Runs of resolution-15 numbers under the cells; adjoining runs are joined. */
function mergedSpans(discs: readonly CellDisc[]): [from: number, to: number][] {
  const spans = discs.map(({ cell, resolution }): [number, number] => [
    cell * 8 ** (FINEST_RESOLUTION - resolution),
    lastUnder(cell, resolution),
  ]);
  spans.sort((a, b) => a[0] - b[0]);
  const merged: [from: number, to: number][] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && last[1] + 1 >= span[0]) last[1] = Math.max(last[1], span[1]);
    else merged.push(span);
  }
  return merged;
}

/** Joins ranges across the smallest gaps until at most `maxRanges` are left. */
function joinClosest(spans: [from: number, to: number][], maxRanges: number): [from: number, to: number][] {
  const joined = [...spans];
  while (joined.length > Math.max(1, maxRanges)) {
    const gaps = joined.slice(1).map(([from], i) => from - joined[i]![1]);
    const smallest = gaps.indexOf(Math.min(...gaps));
    joined.splice(smallest, 2, [joined[smallest]![0], joined[smallest + 1]![1]]);
  }
  return joined;
}

/**
 * The last number before the next cell. No digit is 7, so nothing follows a 6 under its parent, and under a pentagon 2
 * follows 0.
 */
function lastUnder(cell: number, resolution: number): number {
  let [top, at] = [cell, resolution];
  while (at > 0 && top % 8 === 6) {
    top = ancestor(top, 1);
    at -= 1;
  }
  const isBeforeGap = at > 0 && top % 8 === 0 && isPentagon(top, at);
  return (top + (isBeforeGap ? 2 : 1)) * 8 ** (FINEST_RESOLUTION - at) - 1;
}
