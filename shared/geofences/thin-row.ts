import { reachOf } from '../geo/bounding.ts';
import { toGrid } from '../geo/grid.ts';
import { fineCellOf } from '../geo/ladder.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import type { Row } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { activationOf } from './activation.ts';
import type { Fence } from './fence.ts';
import { sizeClassOf } from './size-class.ts';

/** The row that lists use to filter, count and find fences by place. */
export function thinRow(tenant: TenantReference, fence: Fence): Row {
  const { geometry, latitude, longitude } = fence.shape;
  const reach = reachOf(geometry, fence.shape);
  return {
    status: fence.status,
    ...(fence.groupName === null ? {} : { group: fence.groupName }),
    ...(fence.externalId === null ? {} : { externalId: fence.externalId }),
    ...(fence.tags.length === 0 ? {} : { tags: fence.tags }),
    ...activationOf(fence),
    y: toGrid(latitude),
    x: toGrid(longitude),
    r: reach,
    place: geofenceKeys.place(tenant, sizeClassOf(reach)).value,
    placeCell: fineCellOf(latitude, longitude),
  };
}
