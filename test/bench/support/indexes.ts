import Flatbush from 'flatbush';
import RBush from 'rbush';
import { FINEST_RESOLUTION } from '../../../shared/geo/cell-number.ts';
import { LADDER, parseCell } from '../../../shared/geo/cells.ts';
import { containsTest } from '../../../shared/geo/contains.ts';
import type { Posting } from '../../../shared/geo/cover.ts';
import type { Geometry } from '../../../shared/geo/geometry.ts';
import { fineNumberOf } from '../../../shared/geo/ladder.ts';
import { measureGeometry } from '../../../shared/geo/measure.ts';
import { polygonEdges } from '../../../shared/geo/polygon-edges.ts';
import { type PostingShape, shapeContains } from '../../../shared/geo/posting.ts';
import { distanceMeters, EARTH_RADIUS_METERS, RADIANS } from '../../../shared/geo/sphere.ts';

/** Returns how many fences contain a point. */
export type Check = (latitude: number, longitude: number) => number;

type Box = [west: number, south: number, east: number, north: number];

/**
 * Our index, in memory: one hash table for each resolution of the ladder, from cell number to postings, which are
 * stored cell by cell.
 */
export function coverCheck(covers: readonly Posting[][]): Check {
  const postings = covers.flat().map(({ cell, shape }) => ({ ...parseCell(cell), shape }));
  const shapes: PostingShape[] = [];
  const tables = LADDER.map((resolution) => {
    const table = new CellTable();
    const here = Map.groupBy(
      postings.filter((one) => one.resolution === resolution),
      ({ number }) => number,
    );
    table.reserve(here.size);
    for (const [number, held] of here) {
      table.set(number, shapes.length, held.length);
      shapes.push(...held.map(({ shape }) => shape));
    }
    return table;
  });
  const divisors = LADDER.map((resolution) => 8 ** (FINEST_RESOLUTION - resolution));
  return (latitude, longitude) => {
    const fine = fineNumberOf(latitude, longitude);
    let count = 0;
    for (let step = 0; step < tables.length; step++) {
      const table = tables[step]!;
      const slot = table.slotOf(Math.floor(fine / divisors[step]!));
      if (slot < 0) continue;
      const end = table.ends[slot]!;
      for (let i = table.starts[slot]!; i < end; i++) if (shapeContains(shapes[i]!, latitude, longitude)) count += 1;
    }
    return count;
  };
}

/**
 * Open addressing over cell numbers of one resolution, behind a filter of eight bits a key (B. Bloom, "Space/Time
 * Trade-offs in Hash Coding with Allowable Errors", 1970): most cells of a point are empty, and the filter shows that
 * without reading the keys.
 */
class CellTable {
  filter = new Uint32Array(1);
  keys = new Float64Array(1);
  starts = new Uint32Array(1);
  ends = new Uint32Array(1);
  mask = 0;

  reserve(count: number): void {
    const capacity = 2 ** Math.ceil(Math.log2(2 * count + 4));
    this.filter = new Uint32Array(capacity / 4);
    this.keys = new Float64Array(capacity).fill(-1);
    this.starts = new Uint32Array(capacity);
    this.ends = new Uint32Array(capacity);
    this.mask = capacity - 1;
  }

  set(key: number, start: number, count: number): void {
    const hash = hashOf(key);
    const word = (hash >>> 5) & (this.mask >> 2);
    this.filter[word] = this.filter[word]! | (1 << (hash & 31));
    let slot = hash & this.mask;
    while (this.keys[slot] !== -1) slot = (slot + 1) & this.mask;
    this.keys[slot] = key;
    this.starts[slot] = start;
    this.ends[slot] = start + count;
  }

  /** -1 if the cell has no posting. */
  slotOf(key: number): number {
    const hash = hashOf(key);
    if ((this.filter[(hash >>> 5) & (this.mask >> 2)]! & (1 << (hash & 31))) === 0) return -1;
    let slot = hash & this.mask;
    while (this.keys[slot] !== key) {
      if (this.keys[slot] === -1) return -1;
      slot = (slot + 1) & this.mask;
    }
    return slot;
  }
}

function hashOf(key: number): number {
  const high = Math.floor(key / 2 ** 32);
  const mixed = Math.imul(key ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** The number of postings in all cells of a point. */
export function candidateCheck(covers: readonly Posting[][]): Check {
  return coverCheck(covers.map((cover) => cover.map(({ cell }) => ({ cell, shape: { kind: 'full' } }))));
}

export function flatbushCheck(fences: readonly Geometry[]): Check {
  const boxes = fences.flatMap((fence, i) => boxesOf(fence).map((box) => ({ box, i })));
  const tree = new Flatbush(boxes.length);
  for (const { box } of boxes) tree.add(...box);
  tree.finish();
  const tests = fences.map(containsTest);
  return (latitude, longitude) => {
    let count = 0;
    for (const k of tree.search(longitude, latitude, longitude, latitude)) {
      if (tests[boxes[k]!.i]!(latitude, longitude)) count += 1;
    }
    return count;
  };
}

export function rbushCheck(fences: readonly Geometry[]): Check {
  const tree = new RBush<{ minX: number; minY: number; maxX: number; maxY: number; i: number }>();
  tree.load(
    fences.flatMap((fence, i) => boxesOf(fence).map(([minX, minY, maxX, maxY]) => ({ minX, minY, maxX, maxY, i }))),
  );
  const tests = fences.map(containsTest);
  return (latitude, longitude) => {
    const found = tree.search({ minX: longitude, minY: latitude, maxX: longitude, maxY: latitude });
    return found.filter(({ i }) => tests[i]!(latitude, longitude)).length;
  };
}

/** A haversine test against the bounding circle of every fence, then the exact test. */
export function naiveCheck(fences: readonly Geometry[]): Check {
  const rows = fences.map((fence) => ({ ...measureGeometry(fence), test: containsTest(fence) }));
  return (latitude, longitude) => {
    let count = 0;
    for (const row of rows) {
      const near = distanceMeters(row.latitude, row.longitude, latitude, longitude) <= row.radiusMeters;
      if (near && row.test(latitude, longitude)) count += 1;
    }
    return count;
  };
}

/** A fence's boxes in degrees, cut at the antimeridian. */
export function boxesOf(fence: Geometry): Box[] {
  const [west, south, east, north] = boxOf(fence);
  return [-360, 0, 360]
    .map((turn): Box => [Math.max(-180, west + turn), south, Math.min(180, east + turn), north])
    .filter((box) => box[0] <= box[2]);
}

function boxOf(fence: Geometry): Box {
  if (fence.type !== 'Circle') {
    const { minX, minY, maxX, maxY } = polygonEdges(fence);
    return [minX / 1e7, minY / 1e7, maxX / 1e7, maxY / 1e7];
  }
  const [longitude, latitude] = fence.center;
  const angle = (fence.radiusMeters + 0.1) / EARTH_RADIUS_METERS;
  const height = angle / RADIANS;
  if (Math.abs(latitude) + height >= 90) return [-180, latitude - height, 180, latitude + height];
  const width = Math.asin(Math.sin(angle) / Math.cos(latitude * RADIANS)) / RADIANS;
  return [longitude - width, latitude - height, longitude + width, latitude + height];
}
