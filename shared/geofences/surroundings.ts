import { toDegrees } from '../geo/grid.ts';
import { decodeShape, shapeContains } from '../geo/posting.ts';
import { distanceMeters } from '../geo/sphere.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { evaluate } from './evaluation.ts';
import { newest, type Point } from './match.ts';
import type { PostingRow } from './rows.ts';

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

/** What stands at each of many points of a workspace, exact as a check is; needs `Query` on the Cells table. */
export async function surroundingsOf(tenant: TenantReference, points: readonly Point[]): Promise<Surroundings[]> {
  return await evaluate(tenant, points, ({ point, rows, isFull }) => ({ holders: holdersAt(point, rows), isFull }));
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
