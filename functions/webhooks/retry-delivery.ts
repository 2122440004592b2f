import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Delivery } from '../../shared/webhooks/delivery-wire.ts';
import { retryDeliveries } from '../../shared/webhooks/resend.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/webhooks/{id}/deliveries/{delivery_id}/retry',
  operationId: 'retryWebhookDelivery',
  summary: 'Send a delivery again',
  description:
    'The first attempt is made at once, and the schedule of attempts starts again. Refused while the delivery is `pending`, ' +
    'and while its webhook is inactive. The receiver recognises the event by its `webhook-id`.',
  scope: 'webhooks:write',
  uses: { deliveries: retryDeliveries },
  success: { 202: Delivery },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  idempotent: true,
});

export const handler = serve(route, async ({ params, caller, once, request, deliveries }) => {
  const { id, delivery_id } = params;
  const headers = { Location: `${request.origin}/api/v1/webhooks/${id}/deliveries/${delivery_id}` };
  return { status: 202, body: await deliveries.retry(caller, id, delivery_id, headers, once), headers };
});
