import { useBilling } from '../../shared/billing/manual.ts';
import { CancelRequest, Subscription } from '../../shared/billing/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/subscriptions/cancel',
  operationId: 'cancelSubscription',
  summary: 'Cancel the subscription',
  description:
    'Takes effect at the end of the period, or at once. A payment provider refuses with `INVALID_TRANSITION` if the subscription is canceled already. ' +
    'With the provider `manual`, the platform operator does this, and the answer is 501.',
  scope: 'billing:write',
  uses: { billing: useBilling },
  body: CancelRequest,
  success: { 200: Subscription },
  problems: ['BILLING_PROVIDER_NOT_CONFIGURED'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, billing }) => ({
  status: 200,
  body: await billing.cancel(caller, body.at_period_end),
}));
