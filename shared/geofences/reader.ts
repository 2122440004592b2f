import { defineCapability } from '../capability/capability.ts';
import type { BoundingBox } from '../geo/box.ts';
import { countLimits, type PageRequest, type PageResult } from '../http/list.ts';
import { problem } from '../problems/problem.ts';
import { mainKeys } from '../table/keys.ts';
import { type Expression, type Page, Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type Fence, showFence } from './fence.ts';
import { idsCreatedIn, isCreatedIn, type Span } from './ids.ts';
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

export const noSuchGeofence = () => problem('NOT_FOUND', 'No geofence has this id.', { resource: 'geofence' });

export class GeofenceReader {
  async get(tenant: Tenant, id: string): Promise<Shown> {
    const row = await main.get<BodyRow>(mainKeys.geofenceBody(tenant.reference, id));
    if (!row) throw noSuchGeofence();
    return showFence(tenant, readBody(row));
  }

  /** Newest first. Thin rows are read until the page is full, and on for the total; bodies for the page only. */
  async list(tenant: Tenant, filters: GeofenceFilters, page: PageRequest): Promise<PageResult<Shown>> {
    const found = await (filters.externalId === undefined
      ? this.#scan(tenant, filters, page)
      : this.#byExternalId(tenant, filters, filters.externalId));
    const chosen = found.ids.slice(0, page.limit);
    const bodies = await main.getMany<BodyRow>(chosen.map((id) => mainKeys.geofenceBody(tenant.reference, id)));
    const rows = bodies.flatMap((row) => (row ? [{ position: row.id, item: showFence(tenant, readBody(row)) }] : []));
    const more = found.ids.length > page.limit;
    const total = page.counted ? found.matched : undefined;
    const totalCapped = page.counted && found.capped;
    const last = chosen.at(-1);
    if (rows.length > 0 || !more || last === undefined) return { rows, more, total, totalCapped };
    // All of the page was deleted between the two reads: an empty page would look like the last one.
    const next = await this.list(tenant, filters, { ...page, offset: 0, after: last, counted: false });
    return { ...next, total, totalCapped };
  }

  /** Ids of the page and one more; on counted pages it reads on to the end or to the limits of counting. */
  async #scan(tenant: Tenant, filters: GeofenceFilters, page: PageRequest) {
    const ids: string[] = [];
    const filter = filterOf(filters);
    let [matched, examined, after] = [0, 0, page.after];
    const wanted = page.offset + page.limit + 1;
    const counting = () => matched < countLimits.matches && examined < countLimits.examined;
    for (;;) {
      const read: Page<ThinRow> = await main.query<ThinRow>(mainKeys.geofences(tenant.reference), {
        descending: true,
        ...(filters.created ? { between: idsCreatedIn(filters.created) } : {}),
        ...(after === undefined ? {} : { after }),
        ...(filter ? { filter } : {}),
        ...(filter ? {} : { pageSize: page.counted ? countLimits.matches : wanted }),
      });
      ids.push(...read.rows.slice(0, Math.max(0, wanted - ids.length)).map((row) => row.sk));
      matched += read.matched;
      examined += read.examined;
      after = read.next;
      if (after === undefined || (ids.length >= wanted && !(page.counted && counting()))) break;
    }
    const capped = after !== undefined || matched > countLimits.matches;
    return { ids: ids.slice(page.offset), matched: Math.min(matched, countLimits.matches), capped };
  }

  /** An external id is unique, so its guard row answers without a scan. */
  async #byExternalId(tenant: Tenant, filters: GeofenceFilters, externalId: string) {
    const guard = await main.get<{ id: string }>(mainKeys.geofenceExternalId(tenant.reference, externalId));
    const thin = guard && (await main.get<ThinRow>(mainKeys.geofence(tenant.reference, guard.id)));
    const ids = guard && thin && passes(thin, filters) ? [guard.id] : [];
    return { ids, matched: ids.length, capped: false };
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
