import { cellArea } from 'h3-js';
import { ancestor, children, ROOTS } from './cell-number.ts';
import { type CellRegion, type Fence, regionOf, toFence } from './cell-region.ts';
import { type Cell, cellToH3, LADDER, parseCell } from './cells.ts';
import type { Geometry } from './geometry.ts';
import { GRID_PER_DEGREE } from './grid.ts';
import { EARTH_RADIUS_METERS, RADIANS } from './sphere.ts';

export interface CoverReport {
  /** Whether every point of the fence, edge included, has an ancestor among the cells. There are no false positives. */
  covers: boolean;
  /** (area of the cells - area of the fence) / area of the fence. */
  excessAreaRatio: number;
}

/** Examines a list of cells against a normalised geometry. How the list was made does not matter. */
export function coverReport(geometry: Geometry, cells: readonly Cell[]): CoverReport {
  const fence = toFence(geometry);
  const parsed = cells.map((cell) => ({ cell, ...parseCell(cell) }));
  const keys = new Set(parsed.map(({ number, resolution }) => keyOf(number, resolution)));
  const outermost = parsed.filter(({ number, resolution }) => !hasAncestorIn(keys, number, resolution));
  const cellMeters = outermost.reduce((sum, { cell }) => sum + cellArea(cellToH3(cell), 'm2'), 0);
  const fenceMeters = areaSquareMeters(fence);
  return {
    covers: ROOTS.every((root) => isCovered(fence, keys, root, 0)),
    excessAreaRatio: (cellMeters - fenceMeters) / fenceMeters,
  };
}

/**
 * Area in square metres on the sphere. The area of a polygon is exact for edges that are straight in longitude and
 * latitude: the integral of sin φ dλ along an edge is Δλ · sin φ · sinc(Δφ / 2), where φ is the latitude of the edge's
 * middle.
 */
export function areaSquareMeters(fence: Fence): number {
  if (fence.kind === 'circle') {
    return 4 * Math.PI * (EARTH_RADIUS_METERS * Math.sin(fence.radiusMeters / EARTH_RADIUS_METERS / 2)) ** 2;
  }
  const { edges } = fence;
  const unit = RADIANS / GRID_PER_DEGREE;
  let sum = 0;
  for (let i = 0; i < edges.length; i += 4) {
    const middle = ((edges[i + 1]! + edges[i + 3]!) / 2) * unit;
    const half = ((edges[i + 3]! - edges[i + 1]!) / 2) * unit;
    const sinc = half === 0 ? 1 : Math.sin(half) / half;
    sum += (edges[i + 2]! - edges[i]!) * unit * Math.sin(middle) * sinc;
  }
  return -sum * EARTH_RADIUS_METERS ** 2;
}

const FINEST = LADDER[LADDER.length - 1]!;

/**
 * Whether all points of the fence under a cell have an ancestor in the set. Descends to the finest resolution of the
 * ladder.
 */
function isCovered(fence: Fence, keys: Set<number>, cell: number, resolution: number, parent?: CellRegion): boolean {
  if (keys.has(keyOf(cell, resolution))) return true;
  const region = regionOf(fence, cell, resolution, parent);
  if (region.relation === 'disjoint') return true;
  if (resolution === FINEST) return false;
  return children(cell, resolution).every((child) => isCovered(fence, keys, child, resolution + 1, region));
}

function hasAncestorIn(keys: Set<number>, cell: number, resolution: number): boolean {
  for (let up = 1; up <= resolution; up++) {
    if (keys.has(keyOf(ancestor(cell, up), resolution - up))) return true;
  }
  return false;
}

/** One number for a cell and its resolution, built like a cell's key. */
function keyOf(cell: number, resolution: number): number {
  return cell + 2 ** (7 + 3 * resolution);
}
