import { defineCapability } from '../capability/capability.ts';
import { notFound } from '../problems/problem.ts';
import { idsCreatedIn } from '../table/ids.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import {
  getUntilFull,
  type PageRequest,
  type PageResult,
  pageOfPartition,
  pageOfRows,
  readThrough,
} from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { showFence } from './fence.ts';
import { bodiesAWave, bytesOf, type Shown, shownRows } from './fence-page.ts';
import { filterOf, type GeofenceFilters, passes } from './filters.ts';
import { type BodyRow, readBody, type ThinRow } from './rows.ts';

const main = new Table('main');

/**
 * The fence with an external id, which is unique, as the only candidate; undefined when the filters name no external
 * id.
 */
export async function namedCandidate(
  tenant: TenantReference,
  filters: GeofenceFilters,
): Promise<ThinRow[] | undefined> {
  if (filters.externalId === undefined) return undefined;
  const guard = await main.get<{ id: string }>(geofenceKeys.externalId(tenant, filters.externalId));
  const thin = guard && (await main.get<ThinRow>(geofenceKeys.thin(tenant, guard.id)));
  return thin && passes(thin, filters) ? [thin] : [];
}

async function get(tenant: Tenant, id: string): Promise<Shown> {
  const row = await main.get<BodyRow>(geofenceKeys.body(tenant.reference, id));
  if (!row) throw notFound('geofence');
  return showFence(tenant, readBody(row));
}

/**
 * Lists fences, newest first. Thin rows are read until the page is full, and further for the total; bodies are read for
 * the page only.
 */
export async function listNewest(
  tenant: Tenant,
  filters: GeofenceFilters,
  page: PageRequest,
): Promise<PageResult<Shown>> {
  return await readThrough(
    page,
    (asked) => thinRows(tenant, filters, asked),
    async (rows) => {
      const keys = rows.map(({ position }) => geofenceKeys.body(tenant.reference, position));
      const bodies = await getUntilFull(main, keys, bodiesAWave, bytesOf);
      const there = bodies.flatMap((body) => (body ? [{ position: body.id, body }] : []));
      const shown = shownRows(tenant, there);
      return { rows: shown, isFull: bodies.length < rows.length || shown.length < there.length };
    },
  );
}

async function thinRows(
  { reference }: Tenant,
  filters: GeofenceFilters,
  page: PageRequest,
): Promise<PageResult<ThinRow>> {
  const named = await namedCandidate(reference, filters);
  if (named) return pageOfRows(named, page, (row) => row.sk);
  const between = filters.created && idsCreatedIn(filters.created);
  return await pageOfPartition(main, geofenceKeys.thins(reference), page, { filter: filterOf(filters), between });
}

export const readGeofences = defineCapability({ tables: { main: ['GetItem'] }, open: () => ({ get }) });
