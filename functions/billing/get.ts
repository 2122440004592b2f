import * as z from 'zod';
import { readBilling } from '../../shared/billing/manual.ts';
import { planNames } from '../../shared/billing/plan-wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { instant, printInstant } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/billing',
  operationId: 'getBilling',
  summary: 'Show the payment provider, the plan and the billing dates of the workspace',
  scope: 'billing:read',
  uses: { billing: readBilling },
  success: {
    200: z
      .object({
        provider: z.string().meta({ description: '`manual` if payment is handled outside of the API.' }),
        plan: z.enum(planNames),
        billing_email: z.string().nullable().meta({ format: 'email' }),
        next_invoice_at: instant().nullable(),
      })
      .meta({
        id: 'Billing',
        example: { provider: 'manual', plan: 'pro', billing_email: null, next_invoice_at: null },
      }),
  },
  problems: [],
});

export const handler = serve(route, async ({ caller: { workspace }, billing }) => {
  const next = await billing.nextInvoiceAt(workspace);
  return {
    status: 200,
    body: {
      provider: billing.name,
      plan: workspace.plan,
      billing_email: workspace.billingEmail ?? null,
      next_invoice_at: next === null ? null : printInstant(next),
    },
  };
});
