import { systemPrincipal } from '../auth/caller.ts';
import { newRequestId } from '../http/request.ts';
import { countAgainst } from '../limits/limiter.ts';
import { NotifyMessage } from '../messages/notify.ts';
import { notifyAdmins } from '../notifications/notice.ts';
import { recordEvent } from '../outbox/event.ts';
import { publish } from '../outbox/publish.ts';
import { Problem, problem } from '../problems/problem.ts';
import { newMark } from '../quota/record.ts';
import { absent, setAll } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { newId } from '../table/ids.ts';
import { KeptReads } from '../table/kept-reads.ts';
import type { Key } from '../table/key.ts';
import { usageKeys } from '../table/keys/usage.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { monthName } from '../table/time-names.ts';
import { Transaction } from '../table/transaction.ts';
import { plans } from '../tenancy/plans.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';

/**
 * The events of a month, which each plan limits. A workspace that has used them up is warned, then slowed down, then
 * refused. Refusals lag up to half a minute behind the count.
 */

const access = new Table('access');

/** Counts events in the transaction that stores them. */
export function countEvents(transaction: Transaction, tenant: TenantReference, subject: string, events: number): void {
  if (events === 0) return;
  const key = usageKeys.events(tenant, monthName(Date.now()), subject);
  transaction.update(access, key, adding(events));
}

/** Events that were counted before they happened, for a request of many transactions that share no row. */
export interface EventReservation {
  /** Reports how many were stored; the rest of the reservation is given back. */
  use(events: number): Promise<void>;
}

/**
 * Counts events before they are stored. If the process ends before it reports how many were stored, all of them stay
 * counted: a request may count too many events, never too few.
 */
export async function reserveEvents(tenant: Tenant, subject: string, events: number): Promise<EventReservation> {
  const key = usageKeys.events(tenant.reference, monthName(Date.now()), subject);
  if (events > 0) await retryingRaces(() => access.update(key, adding(events)));
  return { use: (used) => (used < events ? takeBack(key, events - used) : Promise.resolve()) };
}

const adding = (events: number) => ({
  expression: 'ADD #events :events',
  names: { '#events': 'events' },
  values: { ':events': events },
});

/**
 * Subtracts once, even if the client retries a write whose response was lost: the subtraction removes a mark, and a
 * second attempt no longer finds it.
 */
async function takeBack(key: Key, events: number): Promise<void> {
  const mark = `back#${newMark()}`;
  await retryingRaces(() => access.update(key, setAll({ [mark]: events })));
  const { expression, names, values } = adding(-events);
  const once = { expression: `${expression} REMOVE #mark`, names: { ...names, '#mark': mark }, values };
  const isMarked = { expression: 'attribute_exists(#mark)', names: { '#mark': mark }, values: {} };
  await retryingRaces(() => access.update(key, once, isMarked)).catch(unlessChanged);
}

/** How many events a workspace has had in a month. */
export async function eventsIn(tenant: TenantReference, month: string): Promise<number> {
  const rows = await access.queryAll<{ events: number }>(usageKeys.allEvents(tenant, month));
  return rows.reduce((sum, { events }) => sum + events, 0);
}

interface Usage {
  readonly used: number;
  readonly limit: number;
  /** Rounded down; 0 if there is no limit. */
  readonly percent: number;
}

const kept = new KeptReads<Usage>(30_000);

async function readUsage(tenant: Tenant): Promise<Usage> {
  const limit = plans[tenant.plan].limits.events_per_month;
  if (limit < 0) return { used: 0, limit, percent: 0 };
  const month = monthName(Date.now());
  const used = await eventsIn(tenant.reference, month);
  const percent = Math.floor((used * 100) / limit);
  if (percent >= 100) await warn(tenant, { used, limit, percent }, month);
  return { used, limit, percent };
}

/** Notifies the owners and admins, once a month. */
async function warn(tenant: Tenant, usage: Usage, month: string): Promise<void> {
  const { used, limit } = usage;
  const key = usageKeys.warned(tenant.reference, month);
  await retryingRaces(async () => {
    if (await access.get(key)) return;
    const transaction = new Transaction().put(access, key, {}, absent, lostRace);
    const actor = { tenant, principal: systemPrincipal, address: '', requestId: newRequestId() };
    recordEvent(transaction, actor, {
      action: 'quota.warning',
      resourceType: 'quota',
      resourceId: 'events_per_month',
      changes: { used: [null, used] },
      handOver: [
        notifyAdmins(tenant, {
          type: 'quota.warning',
          title: 'The events of this month are used up',
          body: `The plan has ${limit} events a month, and there were ${used}. From 120 % on, points and events are slowed down; from 150 % on they are refused.`,
          link: '/api/v1/subscriptions/usage',
        }),
      ],
    });
    publish(transaction, tenant, {
      id: newId(Date.now()),
      type: 'quota.warning',
      subject: 'events',
      data: { metric: 'events', ...usage },
    });
    await transaction.commit();
  });
}

/** Percentages of the quota from which on a workspace is slowed down, and refused. */
const [slowFrom, refusedFrom] = [120, 150];

/**
 * Asks whether a subject, a device or a credential, may cause more events.
 *
 * @returns response headers that show how much is used
 * @throws QUOTA_EXCEEDED, QUOTA_THROTTLED
 */
export async function requireEventRoom(tenant: Tenant, subject: string): Promise<Record<string, string>> {
  const { used, limit, percent } = await kept.of(tenant.reference, () => readUsage(tenant));
  if (percent >= refusedFrom) {
    const detail = `The plan has ${limit} events a month, and there were ${used}.`;
    throw problem('QUOTA_EXCEEDED', detail, { resource: 'events_per_month', limit, used });
  }
  if (percent >= slowFrom) await countSlowly(tenant.reference, subject, percent);
  return { 'X-Quota-Status': percent >= 100 ? 'warning' : 'ok', 'X-Quota-Usage-Percent': String(percent) };
}

/** The same for a message, which has no response: false if the subject may not. */
export async function hasEventRoom(tenant: Tenant, subject: string): Promise<boolean> {
  try {
    await requireEventRoom(tenant, subject);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code.startsWith('QUOTA')) return false;
    throw error;
  }
}

async function countSlowly(tenant: TenantReference, subject: string, percent: number): Promise<void> {
  try {
    await countAgainst(tenant, [{ policy: 'over-quota', subject }]);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'RATE_LIMIT_EXCEEDED') throw error;
    const detail = `${percent} % of the events of this month are used: six requests a minute are accepted.`;
    const details = { resource: 'events_per_month', usage_percent: percent };
    throw problem('QUOTA_THROTTLED', detail, details, { retryAfterSeconds: error.retryAfterSeconds ?? 60 });
  }
}

/** The tables that these functions need; their `handsTo` is `quotaWarnings`. */
export const tablesOfEventQuota = {
  access: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
  main: ['PutItem'],
} as const;
export const quotaWarnings = [NotifyMessage];
