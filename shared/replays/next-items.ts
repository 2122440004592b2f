import type { ItemRow } from '../quarantine/item.ts';
import { shardsOf } from '../quarantine/items.ts';
import { kept } from '../table/expressions.ts';
import { idsCreatedIn } from '../table/ids.ts';
import { quarantineKeys } from '../table/keys/quarantine.ts';
import { unpack } from '../table/packed.ts';
import { optional, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { ProgressRow, RequestRow } from './record.ts';

/** Finding the items of a replay, a few at a time. */

const telemetry = new Table('telemetry');

/** A transaction can have 100 writes: one for each item, at most one for its group, and one for the progress. */
const mostAtOnce = 20;
const examinedAtOnce = 200;

export type Position = Pick<ProgressRow, 'index' | 'after'>;

export interface NextItems {
  readonly rows: readonly ItemRow[];
  /** Where to continue after one of the rows. */
  readonly after: (row: ItemRow) => Position;
  /** Where to continue; undefined at the end. */
  readonly next: Position | undefined;
}

/** The next open items, oldest first in each partition; `rows` may be empty although `next` is set. */
export async function nextItems(tenant: TenantReference, request: RequestRow, at: Position): Promise<NextItems> {
  return request.ids ? await ofIds(tenant, unpack<string[]>(request.ids), at) : await ofFilter(tenant, request, at);
}

async function ofIds(tenant: TenantReference, ids: readonly string[], { index }: Position): Promise<NextItems> {
  const some = ids.slice(index, index + mostAtOnce);
  const rows = await telemetry.getMany<ItemRow>(some.map((id) => quarantineKeys.item(tenant, id)));
  const isOpen = (row: ItemRow | undefined) => row?.status === 'OPEN' && row.ttl > Date.now() / 1000;
  const end = index + some.length;
  const after = ({ sk }: ItemRow) => ({ index: ids.indexOf(sk) + 1 });
  return { rows: rows.filter(isOpen) as ItemRow[], after, next: end < ids.length ? { index: end } : undefined };
}

async function ofFilter(tenant: TenantReference, request: RequestRow, { index, after }: Position): Promise<NextItems> {
  const { cause, deviceId, key, from = 0, to = 0 } = request;
  const shards = shardsOf(deviceId);
  const shard = shards[index];
  const afterRow = ({ sk }: ItemRow) => ({ index, after: sk });
  if (shard === undefined) return { rows: [], after: afterRow, next: undefined };
  const page = await telemetry.query<ItemRow>(quarantineKeys.items(tenant, shard), {
    between: idsCreatedIn({ from, to }),
    filter: kept({ cause, deviceId, key, status: 'OPEN' }),
    pageSize: examinedAtOnce,
    ...optional('after', after),
  });
  const rows = page.rows.slice(0, mostAtOnce);
  const end = rows.length < page.rows.length ? rows.at(-1)!.sk : page.next;
  if (end !== undefined) return { rows, after: afterRow, next: { index, after: end } };
  return { rows, after: afterRow, next: index + 1 < shards.length ? { index: index + 1 } : undefined };
}
