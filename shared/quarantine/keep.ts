import { type Counted, countAgainst, giveBack } from '../limits/limiter.ts';
import { publish } from '../outbox/publish.ts';
import { Problem } from '../problems/problem.ts';
import { absent, setAll, unchanged } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { quarantineKeys } from '../table/keys/quarantine.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { optional, type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { countDropped, type GroupRow, groupKey, groupTtl } from './groups.ts';
import type { Item, ItemRow } from './item.ts';
import { showItem } from './show.ts';

/** Writing items: each once, counted in its group, and the first of a group with an event. */

const [main, telemetry] = [new Table('main'), new Table('telemetry')];

/** A transaction holds 100 writes: up to two of an item, and two of a group. */
const mostAtOnce = 20;

/** Keeps what of these items is not kept yet. All of them are of one message, whose sender is the device. */
export async function keepItems(tenant: TenantReference, deviceId: string, items: readonly Item[]): Promise<void> {
  for (let i = 0; i < items.length; i += mostAtOnce) {
    const fresh = await unkept(tenant, items.slice(i, i + mostAtOnce));
    if (fresh.length > 0) await keepAll(tenant, deviceId, fresh);
  }
}

async function unkept(tenant: TenantReference, items: readonly Item[]): Promise<Item[]> {
  const rows = await telemetry.getMany(items.map(({ row }) => quarantineKeys.item(tenant, row.sk)));
  return items.filter((_, i) => rows[i] === undefined);
}

async function keepAll(tenant: TenantReference, deviceId: string, items: readonly Item[]): Promise<void> {
  const counted = await roomFor(tenant, deviceId, items.length);
  const [one] = items;
  if (!counted && one && items.length === 1) return await countDropped(tenant, one.row);
  if (!counted) {
    for (const each of items) await keepAll(tenant, deviceId, [each]);
    return;
  }
  let left: readonly Item[] | undefined = items;
  await retryingRaces(async () => {
    const fresh: readonly Item[] = left ?? (await unkept(tenant, items));
    left = undefined;
    if (fresh.length === 0) return await giveBack(counted);
    await writeAll(tenant, fresh);
  });
}

/** A device fills the quarantine with no more than a thousand items an hour. */
async function roomFor(tenant: TenantReference, deviceId: string, amount: number): Promise<Counted[] | undefined> {
  try {
    return await countAgainst(tenant, [{ policy: 'quarantine', subject: deviceId, amount }]);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

async function writeAll(tenant: TenantReference, items: readonly Item[]): Promise<void> {
  const groups = [...Map.groupBy(items, ({ row }) => groupKey(tenant, row).sk).values()];
  const rows = await telemetry.getMany<GroupRow>(groups.map(([first]) => groupKey(tenant, first!.row)));
  const transaction = new Transaction();
  for (const { row, apart } of items) {
    const { sk, ...stored } = row;
    transaction.put(telemetry, quarantineKeys.item(tenant, sk), { ...stored }, absent, lostRace);
    if (apart) transaction.put(telemetry, quarantineKeys.payload(tenant, sk), { ...apart, ttl: row.ttl });
  }
  for (const [i, group] of groups.entries()) countKept(transaction, tenant, group, rows[i]);
  const firsts = groups.filter((_, i) => !rows[i]?.isOpened).map(([first]) => first!.row);
  if (firsts.length > 0 && !(await tellFirsts(transaction, tenant, firsts))) return;
  await transaction.commit();
}

function countKept(transaction: Transaction, tenant: TenantReference, group: readonly Item[], seen?: GroupRow): void {
  const { cause, deviceId, key, receivedAt } = group[0]!.row;
  const next = {
    cause,
    deviceId,
    ...optional('key', key),
    count: (seen?.count ?? 0) + group.length,
    firstAt: Math.min(seen?.firstAt ?? receivedAt, receivedAt),
    lastAt: Math.max(seen?.lastAt ?? receivedAt, receivedAt),
    isOpened: true,
    ttl: groupTtl(receivedAt),
  };
  const { count, firstAt, lastAt, isOpened } = seen ?? ({} as Partial<GroupRow>);
  const asRead = unchanged({ count, firstAt, lastAt, isOpened });
  transaction.update(telemetry, groupKey(tenant, group[0]!.row), setAll(next), asRead, lostRace);
}

/** Raises the event of the first item of each of these groups; false if the workspace is gone. */
async function tellFirsts(transaction: Transaction, reference: TenantReference, rows: readonly ItemRow[]) {
  const workspace = await main.get<Row>(workspaceKeys.workspace(reference));
  if (!workspace) return false;
  const tenant = tenantOf(workspace as unknown as WorkspaceRow);
  for (const row of rows) {
    const data = showItem(tenant, row);
    const about = { device_ids: [row.deviceId] };
    publish(transaction, tenant, {
      id: newId(Date.now()),
      type: 'quarantine.opened',
      subject: row.deviceId,
      data,
      about,
    });
  }
  return true;
}
