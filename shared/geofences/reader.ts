import { defineCapability } from '../capability/capability.ts';
import { notFound } from '../problems/problem.ts';
import { idsCreatedIn } from '../table/ids.ts';
import { mainKeys } from '../table/keys.ts';
import { type PageRequest, type PageResult, pageOfPartition, pageOfRows } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { showFence } from './fence.ts';
import { bodiesAWave, bytesOf, bytesOfAnswer, type Shown, shownRows } from './fence-page.ts';
import { filterOf, type GeofenceFilters, passes } from './filters.ts';
import { type BodyRow, readBody, type ThinRow } from './rows.ts';

const main = new Table('main');

/** The fence with an external id, which is unique, as all there is to look through; undefined where none is asked for. */
export async function namedCandidate(
  tenant: TenantReference,
  filters: GeofenceFilters,
): Promise<ThinRow[] | undefined> {
  if (filters.externalId === undefined) return undefined;
  const guard = await main.get<{ id: string }>(mainKeys.geofenceExternalId(tenant, filters.externalId));
  const thin = guard && (await main.get<ThinRow>(mainKeys.geofence(tenant, guard.id)));
  return thin && passes(thin, filters) ? [thin] : [];
}

export class GeofenceReader {
  async get(tenant: Tenant, id: string): Promise<Shown> {
    const row = await main.get<BodyRow>(mainKeys.geofenceBody(tenant.reference, id));
    if (!row) throw notFound('geofence');
    return showFence(tenant, readBody(row));
  }

  /** Newest first. Thin rows are read until the page is full, and on for the total; bodies for the page only. */
  async list(tenant: Tenant, filters: GeofenceFilters, page: PageRequest): Promise<PageResult<Shown>> {
    const found = await this.#thinRows(tenant, filters, page);
    const bodies = await this.#bodies(
      tenant,
      found.rows.map(({ position }) => position),
    );
    const there = bodies.flatMap((body) => (body ? [{ position: body.id, body }] : []));
    const rows = shownRows(tenant, there);
    const last = found.rows.at(-1);
    const isFilled = bodies.length < found.rows.length || rows.length < there.length;
    if (isFilled) return { ...found, rows, more: true, next: undefined };
    if (rows.length > 0 || !found.more || last === undefined) return { ...found, rows };
    // All of the page was deleted between the two reads: an empty page would look like the last one.
    const next = await this.list(tenant, filters, { ...page, offset: 0, after: last.position, counted: false });
    return { ...next, total: found.total, totalCapped: found.totalCapped };
  }

  /** Fewer than asked for where these fill an answer. */
  async #bodies({ reference }: Tenant, ids: readonly string[]): Promise<(BodyRow | undefined)[]> {
    const bodies: (BodyRow | undefined)[] = [];
    for (let bytes = 0; bodies.length < ids.length && bytes < bytesOfAnswer; ) {
      const wave = ids.slice(bodies.length, bodies.length + bodiesAWave);
      const read = await main.getMany<BodyRow>(wave.map((id) => mainKeys.geofenceBody(reference, id)));
      bodies.push(...read);
      bytes += read.reduce((sum, row) => sum + bytesOf(row), 0);
    }
    return bodies;
  }

  async #thinRows({ reference }: Tenant, filters: GeofenceFilters, page: PageRequest): Promise<PageResult<ThinRow>> {
    const named = await namedCandidate(reference, filters);
    if (named) return pageOfRows(named, page, (row) => row.sk);
    const between = filters.created && idsCreatedIn(filters.created);
    return await pageOfPartition(main, mainKeys.geofences(reference), page, { filter: filterOf(filters), between });
  }
}

export const readGeofences = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  open: () => new GeofenceReader(),
});
