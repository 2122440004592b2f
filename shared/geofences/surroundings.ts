import type { Cell } from '../geo/cells.ts';
import { toDegrees } from '../geo/grid.ts';
import { ladderOf } from '../geo/ladder.ts';
import { decodeShape, shapeContains } from '../geo/posting.ts';
import { distanceMeters, roundDegrees } from '../geo/sphere.ts';
import { cellKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { newest } from './checker.ts';
import type { PostingRow } from './rows.ts';
import { waveMilliseconds } from './timing.ts';

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** A geofence, active or not, that holds a point. */
export interface Holder {
  readonly geofenceId: string;
  readonly name: string;
  /** From its centre, a polygon's centroid; unrounded. */
  readonly distanceMeters: number;
}

/** What stands at a point. */
export interface Surroundings {
  /** Nearest first. */
  readonly holders: readonly Holder[];
  /** One of its cells takes no more geofences; see `requireRoomInCells`. */
  readonly isFull: boolean;
}

/** Points asked about in one wave; neighbours share most of its queries. */
const wavePoints = 50;

const cells = new Table('cells');

/**
 * What stands at each of many points of a workspace. Exact as a check is, since each wave reads its cells at one moment;
 * needs `Query` on the Cells table.
 */
export async function surroundingsOf(tenant: TenantReference, points: readonly Point[]): Promise<Surroundings[]> {
  const surroundings: Surroundings[] = [];
  for (let i = 0; i < points.length; i += wavePoints) {
    surroundings.push(...(await wave(tenant, points.slice(i, i + wavePoints).map(onGrid))));
  }
  return surroundings;
}

const onGrid = ({ latitude, longitude }: Point): Point => ({
  latitude: roundDegrees(latitude),
  longitude: roundDegrees(longitude),
});

async function wave(tenant: TenantReference, points: readonly Point[]): Promise<Surroundings[]> {
  const ladders = points.map(({ latitude, longitude }) => ladderOf(latitude, longitude));
  const signal = AbortSignal.timeout(waveMilliseconds);
  const read = async (cell: Cell) => [cell, await readCell(tenant, cell, signal)] as const;
  const known = new Map(await Promise.all([...new Set(ladders.flat())].map(read)));
  return points.map((point, i) => {
    const around = ladders[i]!.map((cell) => known.get(cell)!);
    const rows = around.flatMap((cell) => cell.rows);
    return { holders: holdersAt(point, rows), isFull: around.some((cell) => cell.isFull) };
  });
}

async function readCell(tenant: TenantReference, cell: Cell, signal: AbortSignal) {
  const of = cellKeys.cell(tenant, cell);
  const { rows, next } = await cells.query<PostingRow>(of, { signal });
  if (next === undefined) return { rows, isFull: false };
  return { rows: [...rows, ...(await cells.queryAll<PostingRow>(of, { signal, after: next }))], isFull: true };
}

function holdersAt(point: Point, rows: readonly PostingRow[]): Holder[] {
  return newest(rows)
    .filter((row) => shapeContains(decodeShape(row.g), point.latitude, point.longitude))
    .map((row) => ({
      geofenceId: row.sk,
      name: row.n,
      distanceMeters: distanceMeters(toDegrees(row.y), toDegrees(row.x), point.latitude, point.longitude),
    }))
    .sort(nearer);
}

/** Nearest first; of two as near, the one with the smaller id. */
export const nearer = (a: Holder, b: Holder): number =>
  a.distanceMeters - b.distanceMeters || (a.geofenceId < b.geofenceId ? -1 : 1);
