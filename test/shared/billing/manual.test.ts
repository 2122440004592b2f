import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readBilling, useBilling } from '../../../shared/billing/manual.ts';
import { PlanShown, planNames, showPlan } from '../../../shared/billing/plan-wire.ts';
import {
  CancelRequest,
  CheckoutRequest,
  PlanChangeRequest,
  PortalRequest,
  Subscription,
} from '../../../shared/billing/wire.ts';
import { parsed } from '../../../shared/http/failures.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { person, request, tenant, workspaceOf } from '../support/people.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-12-22T10:00:00Z'), toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('plans', () => {
  test('are four, from the smallest, each as documented', () => {
    expect(planNames.map(showPlan).map(({ id, support }) => [id, support])).toEqual([
      ['free', 'Community support'],
      ['pro', 'Email support'],
      ['business', 'Priority support'],
      ['enterprise', 'Dedicated support with SLA'],
    ]);
    expect(PlanShown.parse(showPlan('pro'))).toEqual({
      id: 'pro',
      name: 'Pro',
      support: 'Email support',
      price_cents: null,
      currency: null,
      interval: 'month',
      features: ['BULK_IMPORT'],
      limits: {
        rate_limit_per_hour: 1000,
        events_per_month: 250_000,
        geofences: 5000,
        webhooks: 10,
        workflows: 25,
        devices: 250,
        users: 25,
        api_keys: 25,
        storage_gb: 50,
        log_retention_days: 30,
        location_retention_days: 90,
      },
    });
  });
});

describe('the provider manual', () => {
  const caller = person('owner', tenant(1, 'pro'));
  const [records, manual] = [readBilling.open(), useBilling.open()];

  test('keeps every subscription active, by the calendar month', async () => {
    const subscription = await records.subscription(workspaceOf(tenant(1, 'pro')));
    expect(Subscription.parse(subscription)).toEqual({
      plan: showPlan('pro'),
      status: 'active',
      current_period_start: '2026-12-01T00:00:00Z',
      current_period_end: '2027-01-01T00:00:00Z',
      cancel_at_period_end: false,
      provider: 'manual',
    });
  });

  test('tells the rate that was agreed for an enterprise', async () => {
    const { plan } = await records.subscription({ ...workspaceOf(tenant()), enterpriseRateLimit: 20_000 });
    expect(plan.limits).toEqual({ ...showPlan('enterprise').limits, rate_limit_per_hour: 20_000 });
  });

  test('writes no invoices', async () => {
    const page = { limit: 50, offset: 0, after: undefined, counted: true };
    expect(await records.invoices(caller.tenant, page as never)).toMatchObject({ rows: [], more: false, total: 0 });
    expect(await records.invoice(caller.tenant, 'x')).toBeUndefined();
    expect(await records.nextInvoiceAt(caller.workspace)).toBeNull();
  });

  test.each([
    ['checkoutSession', () => manual.checkoutSession(caller, {} as never)],
    ['portalSession', () => manual.portalSession(caller, 'https://example.com')],
    ['changePlan', () => manual.changePlan(caller, { plan_id: 'pro', preview: true })],
    ['cancel', () => manual.cancel(caller, true)],
    ['reactivate', () => manual.reactivate(caller)],
    ['paymentMethods', () => manual.paymentMethods(caller.tenant)],
    ['receiveEvent', () => manual.receiveEvent(request({ method: 'POST', body: '{}' }))],
  ])('has no %s, and says so', async (_, ask) => {
    await expect(ask()).rejects.toMatchObject({
      code: 'BILLING_PROVIDER_NOT_CONFIGURED',
      details: { provider: 'manual' },
      message: expect.stringContaining('ask the operator'),
    });
  });
});

describe('the body of', () => {
  const failures = (
    schema: typeof CheckoutRequest | typeof PortalRequest | typeof PlanChangeRequest | typeof CancelRequest,
    body: object,
  ) => {
    try {
      parsed(schema, 'body', body);
      return {};
    } catch (error) {
      return Object.fromEntries(((error as Problem).fields ?? []).map(({ loc, type }) => [loc[1], type]));
    }
  };
  const urls = { success_url: 'https://example.com/a', cancel_url: 'https://example.com/b' };

  test('a checkout names a plan and two https addresses', () => {
    expect(failures(CheckoutRequest, { plan_id: 'pro', ...urls })).toEqual({});
    expect(failures(CheckoutRequest, {})).toEqual({
      plan_id: 'missing',
      success_url: 'missing',
      cancel_url: 'missing',
    });
    const wrong = { plan_id: 'gold', success_url: 'http://example.com', cancel_url: 'javascript:alert(1)' };
    expect(failures(CheckoutRequest, wrong)).toEqual({ plan_id: 'enum', success_url: 'format', cancel_url: 'format' });
  });

  test('a change of plan previews only when asked to', () => {
    expect(parsed(PlanChangeRequest, 'body', { plan_id: 'free' })).toEqual({ plan_id: 'free', preview: false });
    expect(failures(PlanChangeRequest, { plan_id: 'Pro', preview: 'yes' })).toEqual({
      plan_id: 'enum',
      preview: 'type_error',
    });
  });

  test('a cancellation waits for the end of the period by default', () => {
    expect(parsed(CancelRequest, 'body', {})).toEqual({ at_period_end: true });
    expect(parsed(CancelRequest, 'body', { at_period_end: null })).toEqual({ at_period_end: true });
  });

  test('a portal session names an https address', () => {
    expect(failures(PortalRequest, { return_url: 'https://user:pw@example.com' })).toEqual({ return_url: 'format' });
    expect(failures(PortalRequest, { return: 1, return_url: urls.success_url })).toEqual({ return: 'unknown_field' });
  });
});
