import * as z from 'zod';
import { useBilling } from '../../shared/billing/manual.ts';
import { PlanChangePreview, PlanChangeRequest, Subscription } from '../../shared/billing/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/subscriptions/change-plan',
  operationId: 'changePlan',
  summary: 'Change the plan, or ask for the price',
  description:
    'Answers the changed subscription, or with `preview` the price. A payment provider refuses with `INVALID_TRANSITION` a change that its ' +
    'state of the subscription does not allow. With the provider `manual`, the platform operator assigns plans, and the answer is 501.',
  scope: 'billing:write',
  uses: { billing: useBilling },
  body: PlanChangeRequest,
  success: { 200: z.union([Subscription, PlanChangePreview]) },
  problems: ['BILLING_PROVIDER_NOT_CONFIGURED'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, billing }) => ({
  status: 200,
  body: await billing.changePlan(caller, body),
}));
