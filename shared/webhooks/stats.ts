import type { Computed } from '../entity/kind.ts';
import { unlessChanged } from '../table/faults.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { Table } from '../table/table.ts';
import { hourName } from '../table/time-names.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { printInstantOrNull } from '../wire/schema.ts';

/**
 * The outcomes of the attempts of a webhook, counted by the hour. A function that crashes between an attempt and its
 * count leaves it out, so the numbers are approximate; nothing depends on a single one.
 */

interface HourRow {
  /** The hour, or {@link lastHour}. */
  readonly sk: string;
  readonly delivered?: number;
  /** Attempts that failed. */
  readonly failed?: number;
  /** Deliveries that died. */
  readonly dead?: number;
  readonly lastSuccessAt?: number;
}

/** What webhooks show. */
interface ShownStats {
  readonly stats: { delivered_24h: number; failed_24h: number; last_success_at: string | null };
}

const access = new Table('access');
const millisecondsPerHour = 3_600_000;
const hoursOfStats = 24;
/** Longer than the time after which a webhook without a success is switched off. */
const keptSeconds = 8 * 86_400;
/** The row with the last success of all, which stays; it sorts after every hour. */
const lastHour = 'last';

export type Counted = 'delivered' | 'failed' | 'dead';

/** Counts the outcome of an attempt; a delivery that died has also failed. */
export async function count(
  tenant: TenantReference,
  webhookId: string,
  what: Counted,
  now = Date.now(),
): Promise<void> {
  const counted = what === 'dead' ? ['dead', 'failed'] : [what];
  const succeeds = what === 'delivered';
  const row = await access.update<HourRow>(webhookKeys.hour(tenant, webhookId, hourName(now)), {
    expression: `SET #ttl = :ttl${succeeds ? ', lastSuccessAt = :now' : ''} ADD ${counted.map((name) => `${name} :one`).join(', ')}`,
    names: { '#ttl': 'ttl' },
    values: { ':ttl': Math.ceil(now / 1000) + keptSeconds, ':one': 1, ...(succeeds ? { ':now': now } : {}) },
  });
  if (!succeeds || row.delivered !== 1) return;
  const later = { expression: 'attribute_not_exists(lastSuccessAt) OR lastSuccessAt < :now', values: { ':now': now } };
  await access.put(webhookKeys.hour(tenant, webhookId, lastHour), { lastSuccessAt: now }, later).catch(unlessChanged);
}

async function read(tenant: TenantReference, webhookId: string): Promise<ShownStats> {
  const page = { descending: true, pageSize: hoursOfStats + 2 };
  const { rows } = await access.query<HourRow>(webhookKeys.hours(tenant, webhookId), page);
  const first = hourName(Date.now() - (hoursOfStats - 1) * millisecondsPerHour);
  const recent = rows.filter(({ sk }) => sk >= first && sk !== lastHour);
  const sum = (of: 'delivered' | 'failed') => recent.reduce((total, row) => total + (row[of] ?? 0), 0);
  const last = Math.max(0, ...rows.map(({ lastSuccessAt = 0 }) => lastSuccessAt));
  return {
    stats: {
      delivered_24h: sum('delivered'),
      failed_24h: sum('failed'),
      last_success_at: printInstantOrNull(last === 0 ? null : last),
    },
  };
}

/** The stats of webhooks: the present hour, and the 23 before it. */
export const statsOf: Computed<ShownStats> = {
  tables: { access: ['Query'] },
  of: ({ reference }: Tenant, webhooks) => Promise.all(webhooks.map(({ id }) => read(reference, id))),
};

const failingMilliseconds = 5 * 24 * millisecondsPerHour;
const fewestDead = 20;

/** Whether a webhook has had no success for five days, while at least twenty deliveries died. */
export async function isFailing(tenant: TenantReference, webhookId: string, activeSince: number): Promise<boolean> {
  const from = Date.now() - failingMilliseconds;
  if (activeSince > from) return false;
  const rows = await access.queryAll<HourRow>(webhookKeys.hours(tenant, webhookId), {
    between: [hourName(from), lastHour],
  });
  if (rows.some(({ lastSuccessAt = 0 }) => lastSuccessAt > from)) return false;
  return rows.reduce((total, { dead = 0 }) => total + dead, 0) >= fewestDead;
}
