import { defineCapability } from '../capability/capability.ts';
import type { BoundingBox } from '../geo/box.ts';
import { notFound } from '../problems/problem.ts';
import { idsCreatedIn, isCreatedIn, type Span } from '../table/ids.ts';
import { mainKeys } from '../table/keys.ts';
import { type PageRequest, type PageResult, pageOfPartition, pageOfRows } from '../table/page.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type Fence, showFence } from './fence.ts';
import type { Near } from './place-query.ts';
import { type BodyRow, readBody, type ThinRow } from './rows.ts';

export interface GeofenceFilters {
  readonly status?: Fence['status'] | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly group?: string | undefined;
  readonly externalId?: string | undefined;
  readonly bbox?: BoundingBox | undefined;
  readonly created?: Span | undefined;
  readonly near?: Near | undefined;
}

type Shown = ReturnType<typeof showFence>;

const main = new Table('main');

/** Bodies are read in waves of this many, until they fill an answer, which holds no more than 4 MiB. */
export const bodiesAWave = 200;
export const bytesOfAnswer = 4 * 1024 * 1024;

/** About what a body takes in an answer, rather less. */
export const bytesOf = (row: BodyRow | undefined): number =>
  row ? (row.geometry as Uint8Array).byteLength + (row.action as string).length + (row.metadata as string).length : 0;

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
    const rows = bodies.flatMap((row) => (row ? [{ position: row.id, item: showFence(tenant, readBody(row)) }] : []));
    const last = found.rows.at(-1);
    if (bodies.length < found.rows.length) return { ...found, rows, more: true, next: undefined };
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
    const { externalId, created } = filters;
    if (externalId === undefined) {
      const between = created && idsCreatedIn(created);
      return await pageOfPartition(main, mainKeys.geofences(reference), page, { filter: filterOf(filters), between });
    }
    // An external id is unique, so its guard row answers without a scan.
    const guard = await main.get<{ id: string }>(mainKeys.geofenceExternalId(reference, externalId));
    const thin = guard && (await main.get<ThinRow>(mainKeys.geofence(reference, guard.id)));
    return pageOfRows(thin && passes(thin, filters) ? [thin] : [], page, (row) => row.sk);
  }
}

function filterOf({ status, tag = [], group }: GeofenceFilters): Expression | undefined {
  const terms = [
    ...(status ? ['#status = :status'] : []),
    ...(group === undefined ? [] : ['#group = :group']),
    ...tag.map((_, i) => `contains(tags, :tag${i})`),
  ];
  if (terms.length === 0) return undefined;
  const tags = Object.fromEntries(tag.map((text, i) => [`:tag${i}`, text]));
  return {
    expression: terms.join(' AND '),
    names: { ...(status ? { '#status': 'status' } : {}), ...(group === undefined ? {} : { '#group': 'group' }) },
    values: { ...(status ? { ':status': status } : {}), ...(group === undefined ? {} : { ':group': group }), ...tags },
  };
}

/** What filters look at, in a thin row or in a fence. */
type Filterable = Pick<ThinRow, 'sk' | 'status' | 'tags'> & {
  readonly group?: string | undefined;
  readonly externalId?: string | undefined;
};

export function filterable({ id, status, tags, groupName, externalId }: Fence): Filterable {
  return { sk: id, status, tags, group: groupName ?? undefined, externalId: externalId ?? undefined };
}

export function passes(row: Filterable, { status, tag = [], group, externalId, created }: GeofenceFilters): boolean {
  if (status && row.status !== status) return false;
  if (group !== undefined && row.group !== group) return false;
  if (externalId !== undefined && row.externalId !== externalId) return false;
  if (created && !isCreatedIn(row.sk, created)) return false;
  return tag.every((wanted) => row.tags?.includes(wanted));
}

export const readGeofences = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  open: () => new GeofenceReader(),
});
