import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { monthAttribute } from '../limits/rate-window.ts';
import { storageLimit, storageRows, storedBytes } from '../quota/storage.ts';
import { apiKeyKeys } from '../table/keys/api-keys.ts';
import { phoneKeys } from '../table/keys/phones.ts';
import { quotaKeys } from '../table/keys/quota.ts';
import { usageKeys } from '../table/keys/usage.ts';
import { userKeys } from '../table/keys/users.ts';
import { type Row, Table } from '../table/table.ts';
import { plans } from '../tenancy/plans.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { eventsIn } from '../usage/events.ts';
import { instant, printInstant } from '../wire/schema.ts';
import { type Month, monthOf } from './month.ts';

/** What a workspace has used of its plan. */

const unlimited = -1;

export const periodQuery = z
  .string()
  .regex(/^(current|\d{4}-(0[1-9]|1[0-2]))$/, 'Should be "current" or a month such as 2026-03')
  .transform((period) => monthOf(period === 'current' ? Date.now() : Date.parse(`${period}-01T00:00:00Z`)))
  .refine(({ from }) => from <= Date.now(), {
    message: 'Should be a month that has begun',
    params: { type: 'too_large' },
  })
  .meta({
    override: { type: 'string', pattern: '^(current|[0-9]{4}-(0[1-9]|1[0-2]))$', default: 'current' },
    description: '`current`, or a month in UTC such as `2026-03`.',
  });

const Metric = z
  .object({
    used: z.int(),
    limit: z.int().meta({ description: '−1 is unlimited.' }),
    percent: z.int().meta({ description: 'Percentage of the limit, rounded down; 0 if it is unlimited.' }),
  })
  .meta({ id: 'UsageMetric', example: { used: 250_418, limit: 250_000, percent: 100 } });

export const Usage = z
  .object({
    period_start: instant(),
    period_end: instant().meta({ description: 'The first instant after the period.' }),
    metrics: z
      .object({
        events: Metric,
        geofences: Metric,
        webhooks: Metric,
        devices: Metric,
        api_requests: Metric,
        webhook_deliveries: Metric,
        storage_bytes: Metric,
      })
      .meta({ id: 'UsageMetrics' }),
  })
  .meta({
    id: 'Usage',
    example: {
      period_start: '2026-03-01T00:00:00Z',
      period_end: '2026-04-01T00:00:00Z',
      metrics: {
        events: { used: 18_211, limit: 250_000, percent: 7 },
        geofences: { used: 412, limit: 5000, percent: 8 },
        webhooks: { used: 3, limit: 10, percent: 30 },
        devices: { used: 88, limit: 250, percent: 35 },
        api_requests: { used: 90_122, limit: -1, percent: 0 },
        webhook_deliveries: { used: 17_100, limit: -1, percent: 0 },
        storage_bytes: { used: 812_334, limit: 53_687_091_200, percent: 0 },
      },
    },
  });

/** A row with the counters of a month. */
interface MonthRow {
  readonly webhook_deliveries?: number;
}

const access = new Table('access');
const held = ['geofences', 'webhooks', 'devices'] as const;

/**
 * Events, requests and deliveries are counted for the month. For geofences, webhooks, devices and storage, the present
 * amount is returned.
 */
async function usageOf({ reference, plan }: Tenant, month: Month): Promise<z.input<typeof Usage>> {
  const [events, keys, users, phones, [counters, ...quotas]] = await Promise.all([
    eventsIn(reference, month.name),
    access.queryAll(apiKeyKeys.apiKeys(reference)),
    access.queryAll(userKeys.users(reference)),
    access.queryAll(phoneKeys.phones(reference)),
    access.getMany<Row>([
      usageKeys.month(reference, month.name),
      ...held.map((resource) => quotaKeys.quota(reference, resource)),
      ...storageRows(reference),
    ]),
  ]);
  const { limits } = plans[plan];
  const used = Object.fromEntries(held.map((resource, i) => [resource, Number(quotas[i]?.used ?? 0)]));
  const stored = storedBytes(quotas.slice(held.length));
  const { webhook_deliveries = 0 } = (counters ?? {}) as MonthRow;
  return {
    period_start: printInstant(month.from),
    period_end: printInstant(month.to),
    metrics: {
      events: metric(events, limits.events_per_month),
      geofences: metric(used.geofences, limits.geofences),
      webhooks: metric(used.webhooks, limits.webhooks),
      devices: metric(used.devices, limits.devices),
      api_requests: metric(requestsIn(month, [...keys, ...users, ...phones]), unlimited),
      webhook_deliveries: metric(webhook_deliveries, unlimited),
      storage_bytes: metric(stored, storageLimit(plan) ?? unlimited),
    },
  };
}

/** Each credential's row counts its own requests. */
function requestsIn({ from }: Month, credentials: readonly Row[]): number {
  const attribute = monthAttribute(from);
  return credentials.reduce((sum, row) => sum + Number(row[attribute] ?? 0), 0);
}

/** A counter can be negative if things were created before it began to count them; it is then shown as 0. */
function metric(counted = 0, limit = unlimited): z.input<typeof Metric> {
  const used = Math.max(0, counted);
  return { used, limit, percent: limit === unlimited ? 0 : Math.floor((used * 100) / limit) };
}

export const readUsage = defineCapability({
  tables: { access: ['Query', 'BatchGetItem'] },
  open: () => ({ of: usageOf }),
});
