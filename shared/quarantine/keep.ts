import { countUpTo, undoCounts } from '../limits/limiter.ts';
import { publish } from '../outbox/publish.ts';
import { absent } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { quarantineKeys } from '../table/keys/quarantine.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { concurrently } from '../worker/concurrently.ts';
import { countDropped, countKept, type GroupRow, type Groups, grouped, groupKey, readGroups } from './groups.ts';
import type { Item, ItemRow, Message } from './item.ts';
import { showItem } from './show.ts';

/** Writing items: each is written once and counted in its group, and the first of a group raises an event. */

const [access, main, telemetry] = [new Table('access'), new Table('main'), new Table('telemetry')];

/** The most writes of a transaction. A group takes up to two: its count and its event. */
const mostWrites = 100;
const writesOfGroup = 2;

/** Longer than the retention of any queue, which may redeliver the message until then. */
const rememberedSeconds = 15 * 86_400;

/** The same message was counted before. */
class Repeated extends Error {}

/**
 * Keeps the items that are not kept yet; those beyond the limit of the device are only counted. All items are of one
 * message, which the device has sent.
 */
export async function keepItems(
  tenant: TenantReference,
  deviceId: string,
  message: Message,
  items: readonly Item[],
): Promise<void> {
  const record = quarantineKeys.dropped(tenant, `${message.topic} ${message.at} ${message.payload}`);
  const [fresh, groups, counted] = await Promise.all([
    unkept(tenant, items),
    readGroups(tenant, deviceId, message.at),
    access.get(record),
  ]);
  if (fresh.length === 0 || counted) return;
  const room = await countUpTo(tenant, { policy: 'quarantine', subject: deviceId, amount: fresh.length });
  const keeping = new Keeping(tenant, groups);
  const written = await keeping.keep(fresh.slice(0, room.amount));
  const unused = room.amount - written;
  if (unused > 0) await undoCounts(room.counted.map((one) => ({ ...one, amount: unused })));
  if (room.amount < fresh.length) await keeping.drop(record, fresh.slice(room.amount));
}

async function unkept(tenant: TenantReference, items: readonly Item[]): Promise<Item[]> {
  const rows = await telemetry.getMany(items.map(({ row }) => quarantineKeys.item(tenant, row.sk)));
  return items.filter((_, i) => rows[i] === undefined);
}

const firstsOf = (of: ReadonlyMap<string, readonly Item[]>) =>
  [...of].map(([sk, some]) => [sk, some[0]!.row, some.length] as const);

class Keeping {
  readonly #tenant: TenantReference;
  readonly #groups: Groups;
  #workspace: Promise<Row | undefined> | undefined;

  constructor(tenant: TenantReference, groups: Groups) {
    this.#tenant = tenant;
    this.#groups = groups;
  }

  /** @returns how many were not kept before */
  async keep(items: readonly Item[]): Promise<number> {
    let written = 0;
    const inTurn = async (parts: readonly (readonly Item[])[]) => {
      for (const part of parts) {
        const some = await this.#write(part);
        written += some;
      }
    };
    await concurrently(linesOf(grouped(this.#tenant, items, this.#groups)), inTurn, Number.POSITIVE_INFINITY);
    return written;
  }

  async #write(items: readonly Item[]): Promise<number> {
    let left: readonly Item[] | undefined = items;
    return await retryingRaces(async () => {
      const fresh: readonly Item[] = left ?? (await this.#readAgain(items));
      left = undefined;
      if (fresh.length === 0) return 0;
      const transaction = new Transaction();
      for (const { row, apart } of fresh) {
        const { sk, ...stored } = row;
        transaction.put(telemetry, quarantineKeys.item(this.#tenant, sk), { ...stored }, absent, lostRace);
        if (apart) transaction.put(telemetry, quarantineKeys.payload(this.#tenant, sk), { ...apart, ttl: row.ttl });
      }
      const firsts = firstsOf(Map.groupBy(fresh, ({ row }) => groupKey(this.#tenant, row).sk));
      const next = firsts.map(
        ([sk, row, many]) => [sk, countKept(transaction, this.#tenant, row, many, this.#groups.get(sk))] as const,
      );
      if (!(await this.#publishNew(transaction, firsts))) return 0;
      await transaction.commit();
      for (const [sk, group] of next) this.#groups.set(sk, group);
      return fresh.length;
    });
  }

  /** Counts refusals that are not kept, once for each message. */
  async drop(record: ReturnType<typeof quarantineKeys.dropped>, items: readonly Item[]): Promise<void> {
    const groups = grouped(this.#tenant, items, this.#groups);
    let isAgain = false;
    await retryingRaces(async () => {
      if (isAgain) await this.#readAgain([...groups.values()].flatMap((some) => some.slice(0, 1)));
      isAgain = true;
      const transaction = new Transaction();
      const ttl = Math.ceil(Date.now() / 1000) + rememberedSeconds;
      transaction.put(access, record, { ttl }, absent, () => new Repeated());
      const firsts = firstsOf(groups);
      for (const [sk, row, many] of firsts) {
        countDropped(transaction, this.#tenant, row, many, this.#groups.get(sk));
      }
      if (await this.#publishNew(transaction, firsts)) await transaction.commit();
    }).catch((error: unknown) => {
      if (!(error instanceof Repeated)) throw error;
    });
  }

  /** Reads the groups of items again. @returns the items that are not kept */
  async #readAgain(items: readonly Item[]): Promise<Item[]> {
    const keys = items.map(({ row }) => groupKey(this.#tenant, row));
    const different = [...new Map(keys.map((key) => [key.sk, key])).values()];
    const [fresh, rows] = await Promise.all([unkept(this.#tenant, items), telemetry.getMany<GroupRow>(different)]);
    for (const [i, { sk }] of different.entries()) {
      const row = rows[i];
      if (row) this.#groups.set(sk, row);
      else this.#groups.delete(sk);
    }
    return fresh;
  }

  /** Raises the event of each of these groups that is new; false if the workspace is gone. */
  async #publishNew(
    transaction: Transaction,
    groups: readonly (readonly [sk: string, first: ItemRow, many: number])[],
  ) {
    const fresh = groups.filter(([sk]) => !this.#groups.get(sk)?.isOpened);
    if (fresh.length === 0) return true;
    this.#workspace ??= main.get<Row>(workspaceKeys.workspace(this.#tenant));
    const workspace = await this.#workspace;
    if (!workspace) return false;
    const tenant = tenantOf(workspace as unknown as WorkspaceRow);
    for (const [, row] of fresh) {
      publish(transaction, tenant, {
        id: newId(Date.now()),
        type: 'quarantine.opened',
        subject: row.deviceId,
        data: showItem(tenant, row),
        about: { device_ids: [row.deviceId] },
      });
    }
    return true;
  }
}

/**
 * The items as transactions. Lines can be written in parallel. The transactions of a line follow one another, because
 * they update the row of the same group.
 */
function linesOf(groups: ReadonlyMap<string, readonly Item[]>): Item[][][] {
  const lines: Item[][][] = [];
  let room = 0;
  for (const items of groups.values()) {
    let isNew = true;
    for (const item of items) {
      const writes = (item.apart ? 2 : 1) + (isNew ? writesOfGroup : 0);
      if (room < writes) {
        if (isNew) lines.push([[]]);
        else lines.at(-1)!.push([]);
        room = mostWrites - (isNew ? 0 : writesOfGroup);
      }
      lines.at(-1)!.at(-1)!.push(item);
      room -= writes;
      isNew = false;
    }
  }
  return lines;
}
