import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Call, row, text } from './call.ts';

const count = expect.any(Number);
const metric = { used: count, limit: count, percent: count };
const start = expect.stringMatching(/^\d{4}-\d\d-01T00:00:00Z$/);
const manual = { body: { details: { provider: 'manual' } } };
const notConfigured = [501, 'BILLING_PROVIDER_NOT_CONFIGURED'] as const;

const urls = { success_url: 'https://example.com/done', cancel_url: 'https://example.com/plans' };
const inForce = (policy: string, limit: number, period_seconds: number) => ({
  policy,
  limit,
  period_seconds,
  remaining: count,
});

/** Rows of a step that only owners may take: callers who may not, and the response to an owner. */
const steps = (body: object | undefined): Call[] => {
  const sent = body ? { body } : {};
  return [
    row('a key', sent, [403, 'SCOPE_MISSING'], { body: { details: { required_scope: 'billing:write' } } }),
    row('an admin', { as: 'admin', ...sent }, [403, 'SCOPE_MISSING']),
    row('an owner', { as: 'owner', ...sent }, notConfigured, manual),
    row(
      'an owner, with a key',
      { as: 'owner', ...sent, headers: { 'idempotency-key': 'again' } },
      notConfigured,
      manual,
    ),
    row(
      'an owner, with the same key',
      { as: 'owner', ...sent, headers: { 'idempotency-key': 'again' } },
      notConfigured,
    ),
  ];
};
const refused = (title: string, body: object, type: string, field: string) =>
  row(title, { as: 'owner', body }, [422, 'VALIDATION_ERROR'], {
    body: { detail: expect.arrayContaining([{ type, loc: ['body', field], msg: text }]) },
  });

export const billingCalls: Readonly<Record<string, readonly Call[]>> = {
  'subscriptions/plans': [
    row('anyone', { key: undefined }, 200, {
      body: {
        data: [
          { id: 'free', features: [], limits: { rate_limit_per_hour: 100, geofences: 100 } },
          { id: 'pro', price_cents: null, currency: null, interval: 'month', features: ['BULK_IMPORT'] },
          { id: 'business', limits: { rate_limit_per_hour: 5000 } },
          { id: 'enterprise', support: 'Dedicated support with SLA', limits: { geofences: -1 } },
        ],
      },
    }),
  ],
  'subscriptions/current': [
    row('a key', {}, 200, {
      body: {
        plan: { id: 'enterprise', limits: { rate_limit_per_hour: 1_000_000 } },
        status: 'active',
        current_period_start: start,
        current_period_end: start,
        cancel_at_period_end: false,
        provider: 'manual',
      },
    }),
    row('a manager', { as: 'manager' }, [403, 'SCOPE_MISSING']),
  ],
  'subscriptions/usage': [
    row('this month', {}, 200, {
      body: {
        period_start: start,
        period_end: start,
        metrics: {
          events: metric,
          geofences: { ...metric, limit: -1 },
          webhooks: metric,
          devices: metric,
          api_requests: { used: count, limit: -1, percent: 0 },
          webhook_deliveries: metric,
          storage_bytes: metric,
        },
      },
    }),
    row('a viewer', { as: 'viewer' }, 200),
    row('the present month, by name', { query: 'period=current' }, 200),
    row('a month in the past', { query: 'period=2001-02' }, 200, {
      body: {
        period_start: '2001-02-01T00:00:00Z',
        period_end: '2001-03-01T00:00:00Z',
        metrics: { api_requests: { used: 0 } },
      },
    }),
    row('a future month', { query: 'period=9999-01' }, [422, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'too_large', loc: ['query', 'period'], msg: 'Should be a month that has begun' }] },
    }),
    row('a text that is not a month', { query: 'period=2026-13' }, [422, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'pattern', loc: ['query', 'period'], msg: text }] },
    }),
    row('two months', { query: 'period=2026-01&period=2026-02' }, [422, 'VALIDATION_ERROR']),
  ],
  'subscriptions/limits': [
    row('a key', {}, 200, {
      body: {
        tier: 'enterprise',
        rate_limits: [
          inForce('tier', 1_000_000, 3600),
          inForce('ingest', 1000, 60),
          inForce('bulk', 60, 3600),
          inForce('preview', 60, 3600),
          inForce('addresses', 36_000, 3600),
          inForce('simulate', 60, 3600),
        ],
        bulk_create_max_batch_size: count,
        plan_limits: { geofences: -1 },
      },
    }),
    row('a person', { as: 'viewer' }, 200, {
      body: { rate_limits: expect.arrayContaining([inForce('tier', 3600, 3600), inForce('bulk', 10, 3600)]) },
    }),
  ],
  'subscriptions/checkout-session': [
    ...steps({ plan_id: 'pro', ...urls }),
    refused('an unknown plan', { plan_id: 'gold', ...urls }, 'enum', 'plan_id'),
    refused(
      'a plain http address',
      { plan_id: 'pro', ...urls, success_url: 'http://a.example' },
      'format',
      'success_url',
    ),
    refused('nothing', {}, 'missing', 'cancel_url'),
  ],
  'subscriptions/portal-session': [
    ...steps({ return_url: 'https://example.com/' }),
    refused('no address', { return_url: 'example.com' }, 'format', 'return_url'),
  ],
  'subscriptions/change-plan': [
    ...steps({ plan_id: 'business' }),
    row('a preview', { as: 'owner', body: { plan_id: 'free', preview: true } }, notConfigured, manual),
    refused('an unknown plan', { plan_id: 'Pro' }, 'enum', 'plan_id'),
    refused('a preview as text', { plan_id: 'pro', preview: 'yes' }, 'type_error', 'preview'),
  ],
  'subscriptions/cancel': [
    ...steps({}),
    row('at once', { as: 'owner', body: { at_period_end: false } }, notConfigured, manual),
  ],
  'subscriptions/reactivate': steps(undefined),
  'billing/get': [
    row('a key', {}, 200, { body: { provider: 'manual', plan: 'enterprise', next_invoice_at: null } }),
    row('an editor', { as: 'editor' }, [403, 'SCOPE_MISSING']),
  ],
  'billing/list-invoices': [
    row('all', {}, 200, { body: { data: [], total: 0, offset: 0, limit: 50, next_cursor: null } }),
    row('201', { query: 'limit=201' }, [422, 'VALIDATION_ERROR']),
    row('after an invalid cursor', { query: 'cursor=x' }, [422, 'CURSOR_INVALID']),
  ],
  'billing/get-invoice': [
    row('an unknown one', { params: { id: randomUUID() } }, [404, 'NOT_FOUND'], {
      body: { details: { resource: 'invoice' } },
    }),
  ],
  'billing/payment-methods': [row('a key', {}, notConfigured, manual)],
  'billing/provider-events': [
    row('anyone', { key: undefined, body: { type: 'invoice.paid' } }, notConfigured, manual),
    row('no JSON', { key: undefined, body: 'not JSON' }, notConfigured),
  ],
};
