import { children, isPentagon, ROOTS } from './cell-number.ts';
import { boundingDisc, type CellRegion, type Fence, regionOf, shapeOf, toFence } from './cell-region.ts';
import { type Cell, LADDER, parseCell, toCell } from './cells.ts';
import type { Geometry } from './geometry.ts';
import type { PostingShape } from './posting.ts';
import { cellsAround, REACH_KILOMETERS } from './reach.ts';

/** One row of the index: a cell of the ladder, and the shape that decides membership for the points under it. */
export interface Posting {
  cell: Cell;
  shape: PostingShape;
}

/** The most cells that a fence may take: 16; 32 with more than 64 edges; 44 with more than 512. */
export function cellBudget(edgeCount: number): number {
  if (edgeCount > 512) return 44;
  return edgeCount > 64 ? 32 : 16;
}

/**
 * The most edges that the cells of a cover hold together. An edge counts in every cell that it comes near. Ordinary
 * outlines with the most positions take 14,000, dense combs 70,000. Needles, whose every edge would be in every cell,
 * are left in larger cells, so that a cover stays near 1 MB.
 */
const MAX_HELD_EDGES = 100_000;

/**
 * Covers a normalised geometry with cells of the ladder and returns, for each cell, the shape that decides there. Every
 * point of the geometry, boundary included, has exactly one of the cells in its own ladder. `maxCells` lowers the
 * budget. A result longer than `maxCells` means that even cells of resolution 0 need more.
 *
 * Works from coarse to fine, and first splits the cells that cost readers most: area times the bytes that a check would
 * read there.
 */
export function coverGeometry(geometry: Geometry, options: { maxCells?: number } = {}): Posting[] {
  const fence = toFence(geometry);
  const budget = cellBudget(fence.kind === 'circle' ? 1 : fence.edges.length / 4);
  const maxCells = Math.min(options.maxCells ?? budget, budget);
  return cover(fence, maxCells).map((region) => toPosting(fence, region));
}

/**
 * The geometry clipped to exactly the given ladder cells; the shape is `empty` where the geometry does not reach the
 * cell. Membership stays exact when these cells are added to a cover's postings.
 */
export function clipGeometry(geometry: Geometry, cells: readonly Cell[]): Posting[] {
  const fence = toFence(geometry);
  return cells.map((cell) => {
    const { number, resolution } = parseCell(cell);
    return { cell, shape: shapeOf(fence, regionOf(fence, number, resolution)) };
  });
}

function toPosting(fence: Fence, region: CellRegion): Posting {
  return { cell: toCell(region.disc.cell, region.disc.resolution), shape: shapeOf(fence, region) };
}

function cover(fence: Fence, maxCells: number): CellRegion[] {
  const { step, seeds } = startingCells(fence, maxCells);
  const done: CellRegion[] = [];
  const open = new Frontier();
  const place = (region: CellRegion, at: number): void => {
    if (region.relation === 'full' || at === LADDER.length - 1) done.push(region);
    else open.add(region, at);
  };
  for (const seed of seeds) place(seed, step);
  let held = heldEdges(seeds);
  for (let band = open.takeCostliest(); band; band = open.takeCostliest()) {
    const splits = band.map(({ region, at }) => ({ region, at, parts: split(fence, [region]) }));
    splits.sort((a, b) => a.parts.length - b.parts.length);
    let waiting = splits.length;
    for (const { region, at, parts } of splits) {
      waiting -= 1;
      const room = maxCells - done.length - open.size - waiting;
      if (isAllFull(region, parts)) {
        done.push({ ...region, relation: 'full' });
        continue;
      }
      const finer = parts.length > room ? undefined : split(fence, parts);
      const heldThen = held + heldEdges(finer ?? []) - heldEdges([region]);
      if (!finer || finer.length > room || heldThen > MAX_HELD_EDGES) done.push(region);
      else {
        held = heldThen;
        for (const part of finer) place(part, at + 1);
      }
    }
  }
  return done;
}

const heldEdges = (regions: readonly CellRegion[]): number =>
  regions.reduce((sum, { edges }) => sum + (edges ? edges.length / 4 : 0), 0);

/**
 * Whether the parts of a region, one resolution down, are all of its children and all lie inside. Then the region lies
 * inside too.
 */
function isAllFull({ disc }: CellRegion, parts: readonly CellRegion[]): boolean {
  const count = isPentagon(disc.cell, disc.resolution) ? 6 : 7;
  return parts.length === count && parts.every((part) => part.relation === 'full');
}

/** A region and the ladder step at which it lies. */
interface Candidate {
  region: CellRegion;
  at: number;
}

/** Regions still to be split, in bands of similar cost. A band spans a factor of 7, which is one resolution. */
class Frontier {
  size = 0;
  readonly #bands = new Map<number, Candidate[]>();

  add(region: CellRegion, at: number): void {
    const bytes = 160 + (region.edges ? 4 * region.edges.length : 24);
    const band = Math.floor(Math.log(region.disc.reachMeters ** 2 * bytes) / Math.log(7));
    const members = this.#bands.get(band) ?? [];
    members.push({ region, at });
    this.#bands.set(band, members);
    this.size += 1;
  }

  takeCostliest(): Candidate[] | undefined {
    if (this.size === 0) return undefined;
    const top = Math.max(...this.#bands.keys());
    const members = this.#bands.get(top);
    this.#bands.delete(top);
    this.size -= members?.length ?? 0;
    return members;
  }
}

/** The children of regions, one resolution down, that the fence reaches. */
function split(fence: Fence, regions: readonly CellRegion[]): CellRegion[] {
  const parts: CellRegion[] = [];
  for (const region of regions) {
    const { cell, resolution } = region.disc;
    for (const child of children(cell, resolution)) {
      const part = regionOf(fence, child, resolution + 1, region);
      if (part.relation !== 'disjoint') parts.push(part);
    }
  }
  return parts;
}

/**
 * The finest ladder step at which the fence is small compared with a cell and so reaches only a few cells, and those
 * cells. The step is coarser when there would be too many cells, and resolution 0 for a large fence.
 */
function startingCells(fence: Fence, maxCells: number): { step: number; seeds: CellRegion[] } {
  const disc = boundingDisc(fence);
  if (disc) {
    const finest = LADDER.findLastIndex((r) => disc.radiusMeters <= 450 * REACH_KILOMETERS * 7 ** (-r / 2));
    const around = cellsAround(disc, LADDER[finest] ?? 0);
    for (let step = finest; step > 0; step--) {
      const seeds = reached(fence, around[LADDER[step]!]!, LADDER[step]!);
      if (seeds.length <= maxCells) return { step, seeds };
    }
  }
  return { step: 0, seeds: reached(fence, ROOTS, 0) };
}

function reached(fence: Fence, cells: readonly number[], resolution: number): CellRegion[] {
  return cells.map((cell) => regionOf(fence, cell, resolution)).filter((region) => region.relation !== 'disjoint');
}
