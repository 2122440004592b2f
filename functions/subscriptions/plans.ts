import * as z from 'zod';
import { PlanShown, planNames, showPlan } from '../../shared/billing/plan-wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/subscriptions/plans',
  operationId: 'listPlans',
  summary: 'List the plans and what they allow',
  description: 'Sorted from the smallest to the largest. A price is null if the payment provider has none.',
  scope: 'public',
  uses: {},
  success: { 200: z.object({ data: z.array(PlanShown) }).meta({ id: 'PlanList' }) },
  problems: [],
});

export const handler = serve(route, async () => ({ status: 200, body: { data: planNames.map(showPlan) } }));
