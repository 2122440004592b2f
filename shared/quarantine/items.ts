import { defineCapability } from '../capability/capability.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { notFound } from '../problems/problem.ts';
import { kept, unchanged } from '../table/expressions.ts';
import { idsCreatedIn, type Span } from '../table/ids.ts';
import { quarantineKeys, quarantineShardOf, quarantineShards } from '../table/keys/quarantine.ts';
import { pageOfPartitions } from '../table/merged-page.ts';
import { type PageRequest, showPage } from '../table/page.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import type { Cause } from './cause.ts';
import { countClosed } from './groups.ts';
import { type ItemRow, type ItemStatus, type Refused, shownPayload } from './item.ts';
import { showItem } from './show.ts';

/** Items for people: listed, read and deleted. */

const telemetry = new Table('telemetry');

export interface ItemFilters {
  readonly cause?: Cause | undefined;
  readonly deviceId?: string | undefined;
  readonly key?: string | undefined;
  readonly status: ItemStatus;
  readonly received: Span | undefined;
}

/** The partitions that hold items of a device, or of all devices. */
export const shardsOf = (deviceId: string | undefined): number[] =>
  deviceId === undefined ? Array.from({ length: quarantineShards }, (_, i) => i) : [quarantineShardOf(deviceId)];

async function list(tenant: Tenant, { received, ...equal }: ItemFilters, page: PageRequest) {
  const partitions = shardsOf(equal.deviceId).map((shard) => quarantineKeys.items(tenant.reference, shard));
  const selection = { filter: kept({ ...equal }), ...(received ? { between: idsCreatedIn(received) } : {}) };
  const found = await pageOfPartitions<ItemRow>(telemetry, partitions, page, selection);
  return showPage(found, (row) => showItem(tenant, row));
}

/** An item that has not expired; undefined if there is none. */
async function findItem(tenant: TenantReference, id: string): Promise<ItemRow | undefined> {
  const row = await telemetry.get<ItemRow>(quarantineKeys.item(tenant, id));
  return row && row.ttl > Date.now() / 1000 ? row : undefined;
}

/** @throws NOT_FOUND */
async function requireItem(tenant: TenantReference, id: string): Promise<ItemRow> {
  const row = await findItem(tenant, id);
  if (!row) throw notFound('quarantine item');
  return row;
}

/** What was refused, from the row of the item or from its row for long content. */
export async function readRefused(tenant: TenantReference, row: ItemRow): Promise<Refused> {
  if (!row.isApart) return row;
  return (await telemetry.get<Refused & object>(quarantineKeys.payload(tenant, row.sk))) ?? {};
}

async function get(tenant: Tenant, id: string) {
  const row = await requireItem(tenant.reference, id);
  return { ...showItem(tenant, row), payload: shownPayload(await readRefused(tenant.reference, row)) };
}

/** Adds the removal of an item to a transaction: its rows, and its part in the count of its group. */
export function removeItem(transaction: Transaction, tenant: TenantReference, row: ItemRow): void {
  const asRead = unchanged({ status: row.status });
  transaction.delete(telemetry, quarantineKeys.item(tenant, row.sk), asRead, lostRace);
  if (row.isApart) transaction.delete(telemetry, quarantineKeys.payload(tenant, row.sk));
  if (row.status === 'OPEN') countClosed(transaction, tenant, row, 1);
}

/** The audit entry names the cause, device and topic of the item, but not its content. */
async function remove(actor: Actor, id: string): Promise<void> {
  const { reference } = actor.tenant;
  await retryingRaces(async () => {
    const row = await requireItem(reference, id);
    const { cause, deviceId, topic } = row;
    const transaction = new Transaction();
    removeItem(transaction, reference, row);
    recordEvent(transaction, actor, {
      action: 'quarantine_item.delete',
      resourceType: 'quarantine_item',
      resourceId: id,
      changes: { cause: [cause, null], deviceId: [deviceId, null], topic: [topic, null] },
    });
    await transaction.commit();
  });
}

export const listQuarantine = defineCapability({ tables: { telemetry: ['Query'] }, open: () => ({ list }) });

export const readQuarantine = defineCapability({
  tables: { telemetry: ['GetItem'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get }),
});

export const deleteQuarantined = defineCapability({
  tables: { main: ['PutItem'], telemetry: ['GetItem', 'DeleteItem', 'UpdateItem'] },
  raises: ['NOT_FOUND'],
  open: () => ({ delete: remove }),
});
