import * as z from 'zod';
import { useBilling } from '../../shared/billing/manual.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/billing/provider-events',
  operationId: 'receiveProviderEvent',
  summary: 'Receive a callback of the payment provider',
  description:
    'For callbacks of a payment provider. The provider `manual`, the only one so far, sends none: the answer is 501.',
  scope: 'public',
  uses: { billing: useBilling },
  success: {
    200: z.object({ received: z.literal(true) }).meta({ id: 'ProviderEventReceipt', example: { received: true } }),
  },
  problems: ['BILLING_PROVIDER_NOT_CONFIGURED'],
});

export const handler = serve(route, async ({ request, billing }) => {
  await billing.receiveEvent(request);
  return { status: 200, body: { received: true } };
});
