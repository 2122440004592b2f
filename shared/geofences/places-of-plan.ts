import { log } from '../log/log.ts';
import { countRows } from '../table/count.ts';
import { mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import { announceRelease, releaseQuota, reserveQuota } from '../tenancy/quota.ts';
import type { Tenant } from '../tenancy/tenant.ts';

/** The plan's limit on geofences. */

const main = new Table('main');

/** Takes a place for a new geofence, or throws `QUOTA_EXCEEDED`. */
export const takePlace = (tenant: Tenant): Promise<void> =>
  reserveQuota(tenant, 'geofences', () => countRows(main, mainKeys.geofences(tenant.reference)));

/** To be called before a geofence is deleted. */
export async function announceGiveBack(tenant: Tenant): Promise<void> {
  await announceRelease(tenant, 'geofences').catch(untold(tenant));
}

/** A place that cannot be given back is found when the limit is met; the caller's answer stands. */
export async function giveBack(tenant: Tenant): Promise<void> {
  await releaseQuota(tenant, 'geofences').catch(untold(tenant));
}

const untold = (tenant: Tenant) => (error: unknown) => {
  log().warn('geofence quota not updated', { tenant: tenant.id, error: String(error) });
};
