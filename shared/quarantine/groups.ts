import { setAll, unchanged } from '../table/expressions.ts';
import type { Key } from '../table/key.ts';
import { groupsOfDevice, quarantineKeys, quarantineShardOf } from '../table/keys/quarantine.ts';
import { lostRace } from '../table/races.ts';
import { optional, Table } from '../table/table.ts';
import { dayName } from '../table/time-names.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Cause } from './cause.ts';
import { type Item, type ItemRow, keptMilliseconds } from './item.ts';

/** Items of a day of one cause, device and key, counted in one row. */

export interface GroupRow {
  readonly cause: Cause;
  readonly deviceId: string;
  readonly key?: string;
  /** Items that are open. */
  readonly count?: number;
  /** Refusals that were not kept. */
  readonly dropped?: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Whether the event of the first item was raised. */
  readonly isOpened?: boolean;
  readonly ttl: number;
}

export type Grouped = Pick<ItemRow, 'cause' | 'deviceId' | 'key' | 'receivedAt' | 'isInRest'>;

const telemetry = new Table('telemetry');
const millisecondsPerDay = 86_400_000;

/** The most groups with a key that a device has in a day: it may send any number of different keys. */
const mostKeyed = 40;

export const groupKey = (tenant: TenantReference, { cause, deviceId, key = '', isInRest, receivedAt }: Grouped) =>
  quarantineKeys.group(tenant, dayName(receivedAt), deviceId, cause, isInRest ? '' : key);

/** A group is kept until the last of its items may be gone. */
export const groupTtl = (at: number): number => Math.ceil((at + keptMilliseconds + millisecondsPerDay) / 1000);

/** Groups by their sort keys. */
export type Groups = Map<string, GroupRow>;

/** The groups of a device on the day of an instant. */
export async function readGroups(tenant: TenantReference, deviceId: string, at: number): Promise<Groups> {
  const partition = quarantineKeys.groups(tenant, dayName(at), quarantineShardOf(deviceId));
  const rows = await telemetry.queryAll<GroupRow & Key>(partition, { between: groupsOfDevice(deviceId) });
  return new Map(rows.map((row) => [row.sk, row]));
}

/** Items of one message by group. Once a device has too many groups, further keys share the group without a key. */
export function grouped(tenant: TenantReference, items: readonly Item[], groups: Groups): Map<string, Item[]> {
  const keyed = new Set<string>();
  let free = mostKeyed - [...groups.values()].filter(({ key }) => key !== undefined).length;
  const isInRest = ({ row }: Item): boolean => {
    const { sk } = groupKey(tenant, row);
    if (row.key === undefined || keyed.has(sk)) return false;
    if (keyed.size === mostKeyed || (!groups.has(sk) && free <= 0)) return true;
    if (!groups.has(sk)) free -= 1;
    keyed.add(sk);
    return false;
  };
  const placed = items.map((item) => (isInRest(item) ? { ...item, row: { ...item.row, isInRest: true } } : item));
  return Map.groupBy(placed, ({ row }) => groupKey(tenant, row).sk);
}

const fieldsOf = ({ cause, deviceId, key, isInRest, receivedAt }: Grouped) => ({
  cause,
  deviceId,
  ...optional('key', isInRest ? undefined : key),
  isOpened: true,
  ttl: groupTtl(receivedAt),
});

/** Counts items that are kept. @returns the group afterwards */
export function countKept(
  transaction: Transaction,
  tenant: TenantReference,
  of: Grouped,
  kept: number,
  seen: GroupRow | undefined,
): GroupRow {
  const { receivedAt } = of;
  const next = {
    ...fieldsOf(of),
    count: (seen?.count ?? 0) + kept,
    firstAt: Math.min(seen?.firstAt ?? receivedAt, receivedAt),
    lastAt: Math.max(seen?.lastAt ?? receivedAt, receivedAt),
  };
  const { count, firstAt, lastAt, isOpened } = seen ?? ({} as Partial<GroupRow>);
  const asRead = unchanged({ count, firstAt, lastAt, isOpened });
  transaction.update(telemetry, groupKey(tenant, of), setAll(next), asRead, lostRace);
  return { ...seen, ...next };
}

/** Counts items of one group that are no longer open. */
export function countClosed(transaction: Transaction, tenant: TenantReference, of: Grouped, closed: number): void {
  const less = { expression: 'ADD #count :less', names: { '#count': 'count' }, values: { ':less': -closed } };
  transaction.update(telemetry, groupKey(tenant, of), less);
}

/** Counts refusals of one group that are not kept. */
export function countDropped(
  transaction: Transaction,
  tenant: TenantReference,
  of: Grouped,
  dropped: number,
  seen: GroupRow | undefined,
): void {
  const set = setAll(fieldsOf(of));
  const counting = {
    expression:
      `${set.expression}, #first = if_not_exists(#first, :at), #last = if_not_exists(#last, :at) ` +
      'ADD #dropped :more',
    names: { ...set.names, '#first': 'firstAt', '#last': 'lastAt', '#dropped': 'dropped' },
    values: { ...set.values, ':at': of.receivedAt, ':more': dropped },
  };
  const asRead = unchanged({ isOpened: seen?.isOpened });
  transaction.update(telemetry, groupKey(tenant, of), counting, asRead, lostRace);
}
