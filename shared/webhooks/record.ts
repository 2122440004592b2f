import { dueAttributes } from '../due/due.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import type { Key } from '../table/key.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { lostRace } from '../table/races.ts';
import { type Expression, type Row, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type AttemptRow, type DeliveryRow, dueFor } from './delivery.ts';
import type { DeliveryError } from './delivery-wire.ts';

/** The writes that change a delivery. Each has the condition that the delivery is as it was read. */

const main = new Table('main');

export const deliveryKey = (tenant: TenantReference, { webhookId, sk }: Pick<DeliveryRow, 'webhookId' | 'sk'>): Key =>
  webhookKeys.delivery(tenant, webhookId, sk);

const claimAttributes = ['claim', 'claimedUntil', 'slotFor'];
/** The attributes that a delivery loses when it no longer waits. */
const waitAttributes = [...dueAttributes, ...claimAttributes, 'nextAttemptAt', 'wantedAt'];

/** True while status, schedule and number of attempts are as they were read, and no worker is making an attempt. */
export function idle(row: DeliveryRow, now: number): Expression {
  const asRead = unchanged({ attempts: row.attempts, status: row.status, startedAt: row.startedAt });
  return {
    expression: `${asRead.expression} AND (attribute_not_exists(claimedUntil) OR claimedUntil <= :now)`,
    names: asRead.names ?? {},
    values: { ...asRead.values, ':now': now },
  };
}

/** Claims the delivery for one attempt. @returns false if another worker has it */
export async function claim(tenant: TenantReference, row: DeliveryRow, token: string, until: number): Promise<boolean> {
  // If this worker crashes, the sweeper requests the attempt again, but not before the end of the lease.
  const due = (row.dueAt ?? 0) >= until ? {} : dueFor(tenant, row, row.attempts + 1, until);
  const set = setAll({ claim: token, claimedUntil: until, ...due });
  let taken = true;
  await main.update(deliveryKey(tenant, row), set, idle(row, Date.now())).catch((error: unknown) => {
    unlessChanged(error);
    taken = false;
  });
  return taken;
}

/** Lets the delivery wait: for a slot of the webhook's rate, for memory, or until it gives up. */
export async function hold(
  tenant: TenantReference,
  row: DeliveryRow,
  at: number,
  more: Pick<DeliveryRow, 'slotFor'>,
  dueAt: number,
): Promise<void> {
  const set = setAll({ nextAttemptAt: at, ...more, ...dueFor(tenant, row, row.attempts + 1, dueAt) });
  await main.update(deliveryKey(tenant, row), set, idle(row, Date.now())).catch(unlessChanged);
}

/** What a delivery shows of its last attempt. */
export interface Outcome {
  readonly status: number | undefined;
  readonly durationMs: number;
  readonly error: DeliveryError | undefined;
}

/** The attributes of an outcome to set, and those to remove. */
function outcomeOf({ status, durationMs, error }: Outcome): { readonly set: Row; readonly removed: string[] } {
  const all = { responseStatus: status, durationMs, error };
  const entries = Object.entries(all);
  return {
    set: Object.fromEntries(entries.filter(([, value]) => value !== undefined)),
    removed: entries.filter(([, value]) => value === undefined).map(([name]) => name),
  };
}

export async function putAttempt(tenant: TenantReference, row: DeliveryRow, attempt: Omit<AttemptRow, 'sk'>) {
  await main.put(webhookKeys.attempt(tenant, row.webhookId, row.sk, attempt.number), { ...attempt });
}

const counted = (row: DeliveryRow): Row => ({ attempts: row.attempts + 1, tries: row.tries + 1 });

/** Records that the delivery has arrived. */
export async function succeed(tenant: TenantReference, row: DeliveryRow, token: string, outcome: Outcome, now: number) {
  const { set, removed } = outcomeOf(outcome);
  const update = setAll({ status: 'success', completedAt: now, ...counted(row), ...set }, [
    ...removed,
    ...waitAttributes,
  ]);
  await main.update(deliveryKey(tenant, row), update, unchanged({ claim: token })).catch(unlessChanged);
}

/** Schedules another attempt. @param dueAt when the sweeper requests it, if its message is lost */
export async function waitFor(
  tenant: TenantReference,
  row: DeliveryRow,
  token: string,
  outcome: Outcome,
  at: number,
  dueAt: number,
): Promise<void> {
  const { set, removed } = outcomeOf(outcome);
  const next = { status: 'failed', ...counted(row), ...set, nextAttemptAt: at, wantedAt: at };
  const update = setAll({ ...next, ...dueFor(tenant, row, row.attempts + 2, dueAt) }, [...removed, ...claimAttributes]);
  await main.update(deliveryKey(tenant, row), update, unchanged({ claim: token })).catch(unlessChanged);
}

/**
 * In a transaction: ends a delivery that was not delivered, and adds it to the list of those. The transaction is a lost
 * race if the condition fails.
 *
 * @param condition that the delivery is as it was read
 */
export function end(
  transaction: Transaction,
  tenant: TenantReference,
  row: DeliveryRow,
  status: 'dead' | 'skipped',
  now: number,
  condition: Expression,
  outcome?: Outcome,
): void {
  const { set, removed } = outcome ? outcomeOf(outcome) : { set: {}, removed: [] };
  const tried = outcome && outcome.error !== 'rate_limit' ? counted(row) : {};
  const update = setAll({ status, completedAt: now, ...tried, ...set }, [...removed, ...waitAttributes]);
  transaction.update(main, deliveryKey(tenant, row), update, condition, lostRace);
  const { webhookId, ttl } = row;
  transaction.put(main, webhookKeys.undelivered(tenant, row.sk), { webhookId, status, ttl });
}

/**
 * In a transaction: starts the schedule anew.
 *
 * @param more further attributes to set
 */
export function begin(
  transaction: Transaction,
  tenant: TenantReference,
  row: DeliveryRow,
  now: number,
  dueAt: number,
  more: Row = {},
): DeliveryRow {
  const fresh = { status: 'pending', startedAt: now, tries: 0, nextAttemptAt: now, wantedAt: now, ...more } as const;
  const due = dueFor(tenant, row, row.attempts + 1, dueAt);
  const update = setAll({ ...fresh, ...due }, [...claimAttributes, 'completedAt', 'error']);
  transaction.update(main, deliveryKey(tenant, row), update, idle(row, now), lostRace);
  transaction.delete(main, webhookKeys.undelivered(tenant, row.sk));
  const { completedAt: _ended, error: _failed, ...kept } = row;
  return { ...kept, ...fresh };
}
