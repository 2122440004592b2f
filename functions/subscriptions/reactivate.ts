import { useBilling } from '../../shared/billing/manual.ts';
import { Subscription } from '../../shared/billing/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/subscriptions/reactivate',
  operationId: 'reactivateSubscription',
  summary: 'Undo a cancellation',
  description:
    'A payment provider refuses with `INVALID_TRANSITION` if the subscription is not canceled, or its period has ended. ' +
    'With the provider `manual` there is no cancellation, and the answer is 501.',
  scope: 'billing:write',
  uses: { billing: useBilling },
  success: { 200: Subscription },
  problems: ['BILLING_PROVIDER_NOT_CONFIGURED'],
  idempotent: true,
});

export const handler = serve(route, async ({ caller, billing }) => ({
  status: 200,
  body: await billing.reactivate(caller),
}));
