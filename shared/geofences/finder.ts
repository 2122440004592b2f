import { defineCapability } from '../capability/capability.ts';
import type { PageRequest, PageResult } from '../table/page.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { listInBox } from './box-list.ts';
import type { Shown } from './fence-page.ts';
import type { GeofenceFilters } from './filters.ts';
import { listNear } from './near-list.ts';
import { listNewest } from './reader.ts';

/**
 * Lists fences, also by place: thin rows name the candidates, and each candidate is then tested exactly against its own
 * geometry.
 */
async function list(tenant: Tenant, filters: GeofenceFilters, page: PageRequest): Promise<PageResult<Shown>> {
  const { near, bbox } = filters;
  if (bbox) return await listInBox({ tenant, bbox, filters, page });
  if (near) return await listNear({ tenant, near, filters, page });
  return await listNewest(tenant, filters, page);
}

export const findGeofences = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  indexes: { main: ['place'] },
  open: () => ({ list }),
});
