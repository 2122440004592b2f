import { defineCapability } from '../capability/capability.ts';
import type { ListQuery } from '../http/list.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { getUntilFull, type PageRequest, type PageResult, pageOfPartition, readThrough } from '../table/page.ts';
import { type Row, Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { thinFilter } from './filters.ts';
import { shownTables } from './grants.ts';
import type { Kind } from './kind.ts';
import { readReferrer, referrersWith } from './links.ts';
import { readEntity, requireEntity } from './rows.ts';
import { type ShownEntity, showEach, showOne } from './show.ts';

const main = new Table('main');

/** The number of bodies that are read at a time, until they fill an answer. */
const bodiesPerBatch = 50;
const bytesOf = ({ values }: Row): number => (values as string).length;

type Query = Readonly<Record<string, unknown>>;
type ThinRow = Row & { readonly sk: string };
type Found = PageResult<ThinRow>;
/** A condition that the database cannot evaluate, on the id and the thin row of an entity. */
export type Passes = (id: string, thin: Row) => boolean;

/**
 * Lists entities, newest first. Thin rows are read until the page is full, and further for the total; bodies are read
 * for the page only.
 */
async function list<K extends Kind>(
  kind: K,
  tenant: Tenant,
  query: Query,
  page: PageRequest,
  passes?: Passes,
): Promise<PageResult<ShownEntity<K>>> {
  return await readThrough(
    page,
    (asked) => thinRows(kind, tenant.reference, query, asked, passes),
    async (rows) => {
      const ids = rows.map(({ item }) => readReferrer(item.sk).id);
      const keys = ids.map((id) => entityKeys.body(tenant.reference, kind.name, id));
      const bodies = await getUntilFull(main, keys, bodiesPerBatch, bytesOf);
      const existing = bodies.flatMap((row, i) =>
        row ? [{ position: rows[i]!.position, entity: readEntity<K['fields']>(row) }] : [],
      );
      const shown = await showEach(
        kind,
        tenant,
        existing.map(({ entity }) => entity),
      );
      const items = existing.map(({ position }, i) => ({ position, item: shown[i]! }));
      return { rows: items, isFull: bodies.length < rows.length };
    },
  );
}

async function thinRows(
  kind: Kind,
  tenant: TenantReference,
  query: Query,
  page: PageRequest,
  asked: Passes | undefined,
): Promise<Found> {
  const filter = thinFilter(kind.filters, query);
  const owner = ownerOf(kind, query);
  const passes = asked && ((row: ThinRow) => asked(readReferrer(row.sk).id, row));
  if (!owner) return await pageOfPartition(main, entityKeys.thins(tenant, kind.name), page, { filter, passes });
  const partition = entityKeys.references(tenant, owner.kind, owner.id);
  const between = referrersWith(owner.onDelete, kind.name, owner.path);
  return await pageOfPartition(main, partition, page, { filter, between, passes });
}

/** The owner whose entities the query asks for, if any. Then only rows of that owner are read. */
function ownerOf(kind: Kind, query: Query) {
  const single = Object.entries(kind.filters).filter(([, { others }]) => others === undefined);
  const asked = single.map(([name, { path }]) => [path, query[name]] as const);
  for (const [path, id] of asked) {
    const reference = kind.references?.[path];
    if (typeof id !== 'string' || !reference) continue;
    const given = 'cases' in reference ? Object.fromEntries(asked)[reference.by] : undefined;
    const named = 'cases' in reference ? reference.cases[String(given)] : reference;
    if (named && named.onDelete !== 'keep') return { kind: named.to.kind, id, onDelete: named.onDelete, path };
  }
  return undefined;
}

/** A query may have only filters that the kind knows, because a filter that is ignored would return everything. */
type Known<K extends Kind, Q> = Exclude<keyof Q, keyof ListQuery | keyof K['filters']> extends never ? Q : never;

/** Lists entities of a kind. */
export const lists = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: shownTables(kind, { main: ['BatchGetItem', 'Query'] }),
    open: () => ({
      list: <Q extends object>(tenant: Tenant, query: Known<K, Q>, page: PageRequest, passes?: Passes) =>
        list(kind, tenant, query as Query, page, passes),
    }),
  });

/** Reads one entity of a kind. */
export const gets = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: shownTables(kind, { main: ['GetItem'] }),
    raises: ['NOT_FOUND'],
    open: () => ({
      get: async (tenant: Tenant, id: string) => showOne(kind, tenant, await requireEntity(kind, tenant, id)),
    }),
  });
