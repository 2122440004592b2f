import { useBilling } from '../../shared/billing/manual.ts';
import { PortalRequest, PortalSession } from '../../shared/billing/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/subscriptions/portal-session',
  operationId: 'createPortalSession',
  summary: "Open the payment provider's pages",
  description: 'There the payer manages payment methods and invoices. The provider `manual` has none and answers 501.',
  scope: 'billing:write',
  uses: { billing: useBilling },
  body: PortalRequest,
  success: { 201: PortalSession },
  problems: ['BILLING_PROVIDER_NOT_CONFIGURED'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, billing }) => ({
  status: 201,
  body: await billing.portalSession(caller, body.return_url),
}));
