import { defineCapability } from '../capability/capability.ts';
import type { ListQuery } from '../http/list.ts';
import { entityKeys } from '../table/keys.ts';
import { type PageRequest, type PageResult, pageOfPartition, readThrough } from '../table/page.ts';
import { type Row, Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { thinFilter } from './filters.ts';
import type { Kind } from './kind.ts';
import { isListed, readReferrer, referrersWith } from './links.ts';
import { readEntity } from './rows.ts';
import { type ShownEntity, showEntity } from './show.ts';
import type { Target } from './target.ts';

const main = new Table('main');

type Query = Readonly<Record<string, unknown>>;
type Found = PageResult<{ readonly sk: string }>;

/** Newest first. Thin rows are read until the page is full, and on for the total; bodies for the page only. */
async function list<K extends Kind>(
  kind: K,
  tenant: Tenant,
  query: Query,
  page: PageRequest,
): Promise<PageResult<ShownEntity<K>>> {
  return await readThrough(
    page,
    (asked) => thinRows(kind, tenant.reference, query, asked),
    async (rows) => {
      const ids = rows.map(({ item }) => readReferrer(item.sk).id);
      const bodies = await main.getMany<Row>(ids.map((id) => entityKeys.body(tenant.reference, kind.name, id)));
      return bodies.map((row) => row && showEntity(kind, tenant, readEntity<K['fields']>(row)));
    },
  );
}

/** Where a filter names what the entities belong to, only what belongs to it is read. */
async function thinRows(kind: Kind, tenant: TenantReference, query: Query, page: PageRequest): Promise<Found> {
  const narrow = Object.entries(kind.filters).find(
    ([name, { path }]) => typeof query[name] === 'string' && isListed(kind, path),
  );
  const filter = thinFilter(kind.filters, query);
  if (!narrow) return await pageOfPartition(main, entityKeys.thins(tenant, kind.name), page, { filter });
  const [name, { path }] = narrow;
  const { to, onDelete } = kind.references![path]!;
  const partition = entityKeys.references(tenant, (to as Target).kind, String(query[name]));
  return await pageOfPartition(main, partition, page, { filter, between: referrersWith(onDelete, kind.name, path) });
}

/** A query may ask no more than the kind's filters know: what nobody looks at would pass everything. */
type Known<K extends Kind, Q> = Exclude<keyof Q, keyof ListQuery | keyof K['filters']> extends never ? Q : never;

/** Lists entities of a kind. */
export const lists = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: { main: ['BatchGetItem', 'Query'] },
    open: () => ({
      list: <Q extends object>(tenant: Tenant, query: Known<K, Q>, page: PageRequest) =>
        list(kind, tenant, query as Query, page),
    }),
  });
