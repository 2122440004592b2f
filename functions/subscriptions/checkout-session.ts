import { useBilling } from '../../shared/billing/manual.ts';
import { CheckoutRequest, CheckoutSession } from '../../shared/billing/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/subscriptions/checkout-session',
  operationId: 'createCheckoutSession',
  summary: 'Start the payment for a plan',
  description: "Answers the address of the payment provider's page. The provider `manual` has none and answers 501.",
  scope: 'billing:write',
  uses: { billing: useBilling },
  body: CheckoutRequest,
  success: { 201: CheckoutSession },
  problems: ['BILLING_PROVIDER_NOT_CONFIGURED'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, billing }) => ({
  status: 201,
  body: await billing.checkoutSession(caller, body),
}));
