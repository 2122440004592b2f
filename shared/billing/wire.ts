import * as z from 'zod';
import { HttpsUrl } from '../wire/https-url.ts';
import { whenMade } from '../wire/null.ts';
import { instant, strictObject } from '../wire/schema.ts';
import { PlanShown, planNames, showPlan } from './plan-wire.ts';

/** Subscriptions and bills as the API shows them. */

export const Subscription = z
  .object({
    plan: PlanShown,
    status: z.enum(['active', 'canceled', 'past_due']),
    current_period_start: instant(),
    current_period_end: instant(),
    cancel_at_period_end: z.boolean(),
    provider: z.string(),
  })
  .meta({
    id: 'Subscription',
    example: {
      plan: showPlan('pro'),
      status: 'active',
      current_period_start: '2026-03-01T00:00:00Z',
      current_period_end: '2026-04-01T00:00:00Z',
      cancel_at_period_end: false,
      provider: 'manual',
    },
  });

export const PlanChangePreview = z
  .object({
    plan_id: z.enum(planNames),
    amount_due_cents: z.int(),
    currency: z.string(),
    effective_at: instant(),
  })
  .meta({ id: 'PlanChangePreview', description: 'The price of a change of plan, and when it would take effect.' });

export const Invoice = z
  .object({
    id: z.string(),
    number: z.string(),
    status: z.enum(['draft', 'open', 'paid', 'void', 'uncollectible']),
    amount_cents: z.int(),
    currency: z.string(),
    period_start: instant(),
    period_end: instant(),
    issued_at: instant(),
    download_url: z
      .string()
      .meta({ format: 'uri', description: 'A new address for each request, valid for 15 minutes.' }),
  })
  .meta({
    id: 'Invoice',
    example: {
      id: 'in_1042',
      number: '2026-0042',
      status: 'paid',
      amount_cents: 9900,
      currency: 'USD',
      period_start: '2026-03-01T00:00:00Z',
      period_end: '2026-04-01T00:00:00Z',
      issued_at: '2026-04-01T00:00:00Z',
      download_url: 'https://billing.example.com/invoices/in_1042.pdf',
    },
  });

export const PaymentMethod = z
  .object({ id: z.string(), kind: z.string(), label: z.string(), is_default: z.boolean() })
  .meta({
    id: 'PaymentMethod',
    example: { id: 'pm_17', kind: 'card', label: 'Visa ending in 4242', is_default: true },
  });

export const CheckoutSession = z.object({ session_id: z.string(), url: z.string().meta({ format: 'uri' }) }).meta({
  id: 'CheckoutSession',
  example: { session_id: 'cs_91', url: 'https://billing.example.com/checkout/cs_91' },
});

export const PortalSession = z.object({ url: z.string().meta({ format: 'uri' }) }).meta({
  id: 'PortalSession',
  example: { url: 'https://billing.example.com/portal/ps_12' },
});

const planId = z.enum(planNames).meta({ description: 'An `id` of `GET /subscriptions/plans`.' });

export const CheckoutRequest = strictObject(
  whenMade({
    plan_id: planId,
    success_url: HttpsUrl.meta({ description: 'The address to which the provider sends the payer back.' }),
    cancel_url: HttpsUrl.meta({ description: 'The address to which the provider sends a payer who cancels.' }),
  }),
).meta({
  id: 'CheckoutRequest',
  example: { plan_id: 'pro', success_url: 'https://example.com/done', cancel_url: 'https://example.com/plans' },
});

export const PortalRequest = strictObject(
  whenMade({
    return_url: HttpsUrl.meta({ description: "The address to which the provider's page links back." }),
  }),
).meta({ id: 'PortalRequest', example: { return_url: 'https://example.com/settings' } });

export const PlanChangeRequest = strictObject(
  whenMade({
    plan_id: planId,
    preview: z.boolean().default(false).meta({ description: 'If true, the price is returned and nothing changes.' }),
  }),
).meta({ id: 'PlanChangeRequest', example: { plan_id: 'business', preview: true } });

export const CancelRequest = strictObject(
  whenMade({
    at_period_end: z
      .boolean()
      .default(true)
      .meta({ description: 'If true, the plan stays in force until its period ends.' }),
  }),
).meta({ id: 'CancelRequest', example: { at_period_end: true } });
