import { createdAtOf } from '../table/ids.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fence } from './fence.ts';
import type { ThinRow } from './rows.ts';

/**
 * When geofences became active. What a device did at a geofence counts only until the geofence is deactivated, so
 * code that shows such a record compares its activation with the present one.
 */

const main = new Table('main');

/** The attribute of a thin row; absent if the fence has been active since its creation, whose time is in its id. */
export const activationOf = ({ id, activatedAt }: Pick<Fence, 'id' | 'activatedAt'>): Pick<ThinRow, 'activatedAt'> =>
  activatedAt === createdAtOf(id) ? {} : { activatedAt };

/** When each of some geofences became active, in milliseconds since 1970; without those that are not active. */
export async function activationsOf(tenant: TenantReference, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await main.getMany<ThinRow>(ids.map((id) => geofenceKeys.thin(tenant, id)));
  const active = rows.filter((row) => row !== undefined).filter(({ status }) => status === 'active');
  return new Map(active.map(({ sk, activatedAt }) => [sk, activatedAt ?? createdAtOf(sk)]));
}
