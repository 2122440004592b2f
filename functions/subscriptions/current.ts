import { readBilling } from '../../shared/billing/manual.ts';
import { Subscription } from '../../shared/billing/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/subscriptions/current',
  operationId: 'getSubscription',
  summary: "Get the workspace's subscription",
  description:
    'With the provider `manual` it is always active, and its periods are calendar months in UTC. `plan.limits` are those of this workspace.',
  scope: 'billing:read',
  uses: { billing: readBilling },
  success: { 200: Subscription },
  problems: [],
});

export const handler = serve(route, async ({ caller, billing }) => ({
  status: 200,
  body: await billing.subscription(caller.workspace),
}));
