import * as z from 'zod';
import { useBilling } from '../../shared/billing/manual.ts';
import { PaymentMethod } from '../../shared/billing/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/billing/payment-methods',
  operationId: 'listPaymentMethods',
  summary: 'List the payment methods of the workspace',
  description: 'The provider `manual` has none and answers 501.',
  scope: 'billing:read',
  uses: { billing: useBilling },
  success: { 200: z.object({ data: z.array(PaymentMethod) }).meta({ id: 'PaymentMethodList' }) },
  problems: ['BILLING_PROVIDER_NOT_CONFIGURED'],
});

export const handler = serve(route, async ({ tenant, billing }) => ({
  status: 200,
  body: { data: await billing.paymentMethods(tenant) },
}));
