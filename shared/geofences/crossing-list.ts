import { reachOf } from '../geo/bounding.ts';
import { toGrid } from '../geo/grid.ts';
import { KeptReads } from '../table/kept-reads.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fence } from './fence.ts';

/**
 * The active geofences that detect crossings, with a disc around each. A device crosses them between two points, so the
 * cells of its points do not find them.
 */

export interface CrossingRow {
  /** Geofence id. */
  readonly sk: string;
  /** Centre in 1e-7 degrees, and a distance in metres around it within which the whole fence lies. */
  readonly y: number;
  readonly x: number;
  readonly r: number;
}

const main = new Table('main');

function discOf(fence: Fence | undefined): Omit<CrossingRow, 'sk'> | undefined {
  if (!fence?.detectCrossing || fence.status === 'inactive') return undefined;
  const { geometry, latitude, longitude } = fence.shape;
  return { y: toGrid(latitude), x: toGrid(longitude), r: reachOf(geometry, fence.shape) };
}

/** Keeps the list up to date with a write of a fence. */
export function moveCrossing(
  transaction: Transaction,
  tenant: TenantReference,
  before: Fence | undefined,
  after: Fence | undefined,
): void {
  const [old, next] = [discOf(before), discOf(after)];
  const key = geofenceKeys.crossing(tenant, (after ?? before)!.id);
  if (next && (!old || old.y !== next.y || old.x !== next.x || old.r !== next.r)) {
    transaction.put(main, key, { ...next });
  } else if (old && !next) transaction.delete(main, key);
}

const kept = new KeptReads<CrossingRow[]>(5000);

/**
 * All rows of a workspace.
 *
 * @param options.fresh reads the list now; otherwise it may be five seconds old
 */
export async function crossingFences(tenant: TenantReference, { fresh }: { fresh: boolean }): Promise<CrossingRow[]> {
  const read = () => main.queryAll<CrossingRow>(geofenceKeys.crossings(tenant));
  return await (fresh ? read() : kept.of(tenant, read));
}
