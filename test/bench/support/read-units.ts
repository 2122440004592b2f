import type { Cell } from '../../../shared/geo/cells.ts';
import type { Posting } from '../../../shared/geo/cover.ts';
import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { ladderOf } from '../../../shared/geo/ladder.ts';
import { measureGeometry } from '../../../shared/geo/measure.ts';
import { encodeShape } from '../../../shared/geo/posting.ts';
import type { Fence } from '../../../shared/geofences/fence.ts';
import { postingBase } from '../../../shared/geofences/rows.ts';

const PAGE_BYTES = 1024 * 1024;
const UNIT_BYTES = 4096;

/**
 * Bytes of stored postings by cell, by DynamoDB's rule: names and text in UTF-8, binary values unchanged, for a number
 * one byte for each two digits and one more (Developer Guide, "DynamoDB item sizes and formats").
 */
export function bytesByCell(fences: readonly Geometry[], covers: readonly Posting[][]): Map<Cell, number> {
  const bytes = new Map<Cell, number>();
  for (const [i, geometry] of fences.entries()) {
    const base = itemBytes(postingBase(benchFence(geometry)));
    for (const { cell, shape } of covers[i]!) {
      const keys = 'pk'.length + 8 + cell.length + 'sk'.length + 36;
      const size = base + keys + 'g'.length + encodeShape(shape).length;
      bytes.set(cell, (bytes.get(cell) ?? 0) + size);
    }
  }
  return bytes;
}

/** A fence as a caller posts it, with a name of ordinary length and no action. */
function benchFence(geometry: Geometry): Fence {
  const shape = { geometry, ...measureGeometry(geometry) };
  const index = { version: 3, writtenAt: 0, cover: [], stale: [] };
  const fence: Partial<Fence> = {
    shape,
    index,
    name: 'SF Downtown Hub 0042',
    triggerOn: 'enter',
    status: 'active',
    action: {},
  };
  return fence as Fence;
}

function itemBytes(item: Record<string, unknown>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  const digits = String(Math.abs(Number(value)))
    .replace('.', '')
    .replace(/0+$/, '').length;
  return Math.ceil(digits / 2) + 1 + (Number(value) < 0 ? 1 : 0);
}

export interface Reads {
  /** Eventually consistent read units of each check, ascending. */
  units: number[];
  /** Queries of each check; all are in one wave. */
  requests: number;
  /** Queries that need a second page, over all checks. */
  followUps: number;
}

/**
 * The read units of checks at the given points: each Query is rounded up to 4 KB separately, and an empty one counts as
 * one.
 */
export function readsAt(points: readonly Position[], bytes: ReadonlyMap<Cell, number>): Reads {
  let followUps = 0;
  let requests = 0;
  const units = points.map(([longitude, latitude]) => {
    const read = ladderOf(latitude, longitude).map((cell) => bytes.get(cell) ?? 0);
    requests = Math.max(requests, read.length);
    followUps += read.filter((size) => size > PAGE_BYTES).length;
    return read.reduce((sum, size) => sum + Math.max(1, Math.ceil(size / UNIT_BYTES)) / 2, 0);
  });
  return { units: units.sort((a, b) => a - b), requests, followUps };
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}
