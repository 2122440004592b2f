import { setAll } from '../table/expressions.ts';
import { quarantineKeys } from '../table/keys/quarantine.ts';
import { optional, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Cause } from './cause.ts';
import { type ItemRow, keptMilliseconds } from './item.ts';

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

export type Grouped = Pick<ItemRow, 'cause' | 'deviceId' | 'key' | 'receivedAt'>;

const telemetry = new Table('telemetry');
const millisecondsPerDay = 86_400_000;

/** `2026-03-22`, in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const groupKey = (tenant: TenantReference, { cause, deviceId, key = '', receivedAt }: Grouped) =>
  quarantineKeys.group(tenant, dayOf(receivedAt), deviceId, cause, key);

/** A group is kept until the last of its items may be gone. */
export const groupTtl = (at: number): number => Math.ceil((at + keptMilliseconds + millisecondsPerDay) / 1000);

/** Counts items of one group that are open no more. */
export function countClosed(transaction: Transaction, tenant: TenantReference, of: Grouped, closed: number): void {
  const less = { expression: 'ADD #count :less', names: { '#count': 'count' }, values: { ':less': -closed } };
  transaction.update(telemetry, groupKey(tenant, of), less);
}

/** Counts a refusal that is not kept. */
export async function countDropped(tenant: TenantReference, of: Grouped): Promise<void> {
  const { cause, deviceId, key, receivedAt } = of;
  const set = setAll({ ttl: groupTtl(receivedAt), cause, deviceId, ...optional('key', key) });
  const counting = {
    expression:
      `${set.expression}, #first = if_not_exists(#first, :at), #last = if_not_exists(#last, :at) ` +
      'ADD #dropped :one',
    names: { ...set.names, '#first': 'firstAt', '#last': 'lastAt', '#dropped': 'dropped' },
    values: { ...set.values, ':at': receivedAt, ':one': 1 },
  };
  await telemetry.update(groupKey(tenant, of), counting);
}
