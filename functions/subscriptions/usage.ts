import * as z from 'zod';
import { monthOf } from '../../shared/billing/month.ts';
import { periodQuery, readUsage, Usage } from '../../shared/billing/usage.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/subscriptions/usage',
  operationId: 'getUsage',
  summary: 'Tell what was used of the plan in a month',
  description:
    'Events, requests and webhook deliveries are counted by the month, UTC. Geofences, webhooks, devices and storage are what there is ' +
    'now, whichever month is asked for; limits are those of the present plan.',
  scope: 'workspace:read',
  uses: { usage: readUsage },
  query: z.object({ period: periodQuery.optional() }),
  success: { 200: Usage },
  problems: [],
});

export const handler = serve(route, async ({ query, tenant, usage }) => ({
  status: 200,
  body: await usage.of(tenant, query.period ?? monthOf(Date.now())),
}));
