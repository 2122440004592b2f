import { createdAtOf } from '../table/ids.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fence } from './fence.ts';
import type { ThinRow } from './rows.ts';

/**
 * When geofences became active. What a device did at a geofence counts only until the geofence is deactivated, so
 * whoever shows such a thing compares the activation that it belongs to with the present one.
 */

const main = new Table('main');

/** The attribute of a thin row; most geofences have been active since their creation, which their ids tell. */
export const activationOf = ({ id, activatedAt }: Pick<Fence, 'id' | 'activatedAt'>): Pick<ThinRow, 'activatedAt'> =>
  activatedAt === createdAtOf(id) ? {} : { activatedAt };

/** When each of some geofences became active, in milliseconds since 1970; without those that are not active. */
export async function activationsOf(tenant: TenantReference, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await main.getMany<ThinRow>(ids.map((id) => geofenceKeys.thin(tenant, id)));
  const active = rows.filter((row) => row !== undefined).filter(({ status }) => status === 'active');
  return new Map(active.map(({ sk, activatedAt }) => [sk, activatedAt ?? createdAtOf(sk)]));
}
