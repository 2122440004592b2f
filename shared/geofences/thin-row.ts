import { fineCellOf } from '../geo/cells.ts';
import { toGrid } from '../geo/grid.ts';
import { mainKeys } from '../table/keys.ts';
import type { Row } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fence } from './fence.ts';

/**
 * Upper bounds, in metres, of the bounding radius in each size class: about the reach of a cell at the resolutions of
 * the ladder. A box of a list is widened by the bound of each class, so a small fence is not sought a continent away.
 */
export const sizeClassMeters = [100, 700, 5000, 35_000, 250_000, 2_000_001] as const;

const sizeClassOf = (radiusMeters: number): number => sizeClassMeters.findIndex((bound) => radiusMeters <= bound);

/** What lists filter, count and find by place. */
export function thinRow(tenant: TenantReference, fence: Fence): Row {
  const { latitude, longitude, radiusMeters } = fence.shape;
  return {
    status: fence.status,
    ...(fence.groupName === null ? {} : { group: fence.groupName }),
    ...(fence.externalId === null ? {} : { externalId: fence.externalId }),
    ...(fence.tags.length === 0 ? {} : { tags: fence.tags }),
    y: toGrid(latitude),
    x: toGrid(longitude),
    r: radiusMeters,
    place: mainKeys.geofencePlace(tenant, sizeClassOf(radiusMeters)).value,
    placeCell: fineCellOf(latitude, longitude),
  };
}
