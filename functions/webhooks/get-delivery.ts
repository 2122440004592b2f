import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { DeliveryDetail } from '../../shared/webhooks/delivery-wire.ts';
import { readDeliveries } from '../../shared/webhooks/read.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/webhooks/{id}/deliveries/{delivery_id}',
  operationId: 'getWebhookDelivery',
  summary: 'Get a delivery with its payload and the result of each attempt',
  scope: 'webhooks:read',
  uses: { deliveries: readDeliveries },
  success: { 200: DeliveryDetail },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, deliveries }) => ({
  status: 200,
  body: await deliveries.get(tenant, params.id, params.delivery_id),
}));
