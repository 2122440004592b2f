import { Limits, readLimits } from '../../shared/billing/limits-in-force.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/subscriptions/limits',
  operationId: 'getLimits',
  summary: 'List the limits of the credential and what is left of them',
  description:
    'Lists the rate of the credential itself (`tier`) and of single endpoints, with what is left in their current windows, and the limits of the plan. ' +
    'For the usage of the plan see `GET /subscriptions/usage`.',
  scope: 'workspace:read',
  uses: { limits: readLimits },
  success: { 200: Limits },
  problems: [],
});

export const handler = serve(route, async ({ caller, limits }) => ({ status: 200, body: await limits.of(caller) }));
