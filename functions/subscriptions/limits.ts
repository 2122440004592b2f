import { Limits, readLimits } from '../../shared/billing/limits-in-force.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/subscriptions/limits',
  operationId: 'getLimits',
  summary: 'Tell which limits hold for the credential, and what is left of them',
  description:
    'Rates of the credential itself (`tier`) and of single endpoints, with what is left in their present windows, and what the plan allows. ' +
    'What is used of the plan is at `GET /subscriptions/usage`.',
  scope: 'workspace:read',
  uses: { limits: readLimits },
  success: { 200: Limits },
  problems: [],
});

export const handler = serve(route, async ({ caller, limits }) => ({ status: 200, body: await limits.of(caller) }));
