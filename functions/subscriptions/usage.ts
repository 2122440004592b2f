import * as z from 'zod';
import { monthOf } from '../../shared/billing/month.ts';
import { periodQuery, readUsage, Usage } from '../../shared/billing/usage.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/subscriptions/usage',
  operationId: 'getUsage',
  summary: 'Show the usage of the plan in a month',
  description:
    'Events, requests and webhook deliveries are counted per calendar month in UTC. For geofences, webhooks, devices and storage, the present amount is shown, ' +
    'whichever month is requested; limits are those of the current plan.',
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
