import { toDegrees } from '../geo/grid.ts';
import { decodeShape, shapeContains } from '../geo/posting.ts';
import { distanceMeters } from '../geo/sphere.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { evaluate } from './evaluation.ts';
import { newest, type Point } from './match.ts';
import type { PostingRow } from './rows.ts';

/** A geofence, active or not, that contains a point. */
export interface ContainingFence {
  readonly geofenceId: string;
  readonly name: string;
  /** Distance from its centre (a polygon's centroid); not rounded. */
  readonly distanceMeters: number;
}

/** What is at a point. */
export interface Surroundings {
  /** The geofences that contain the point, nearest first. */
  readonly containing: readonly ContainingFence[];
  /** True when one of its cells accepts no more geofences; see `requireRoomInCells`. */
  readonly isFull: boolean;
}

/** What is at each of many points of a workspace, as exact as a check. Needs `Query` on the Cells table. */
export async function surroundingsOf(tenant: TenantReference, points: readonly Point[]): Promise<Surroundings[]> {
  return await evaluate(tenant, points, ({ point, rows, isFull }) => ({ containing: fencesAt(point, rows), isFull }));
}

function fencesAt(point: Point, rows: readonly PostingRow[]): ContainingFence[] {
  return newest(rows)
    .filter((row) => shapeContains(decodeShape(row.g), point.latitude, point.longitude))
    .map((row) => ({
      geofenceId: row.sk,
      name: row.n,
      distanceMeters: distanceMeters(toDegrees(row.y), toDegrees(row.x), point.latitude, point.longitude),
    }))
    .sort(nearer);
}

/** Nearest first; at equal distance, the smaller id first. */
export const nearer = (a: ContainingFence, b: ContainingFence): number =>
  a.distanceMeters - b.distanceMeters || (a.geofenceId < b.geofenceId ? -1 : 1);
