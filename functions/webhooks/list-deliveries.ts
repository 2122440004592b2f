import * as z from 'zod';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Delivery, deliveryStatuses } from '../../shared/webhooks/delivery-wire.ts';
import { readDeliveries } from '../../shared/webhooks/read.ts';
import { isInOrder, notInOrder, spanOf, spanParameters } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/webhooks/{id}/deliveries',
  operationId: 'listWebhookDeliveries',
  summary: 'List the deliveries of a webhook, newest first',
  description: '`from` and `to` filter by `created_at`. A delivery is listed for as long as the plan keeps logs.',
  scope: 'webhooks:read',
  uses: { deliveries: readDeliveries },
  query: listQuery({
    status: z.enum(deliveryStatuses).optional(),
    event_type: z.string().max(64).optional(),
    ...spanParameters,
  }).refine(isInOrder, notInOrder),
  success: { 200: listOf(Delivery, 'snake_case') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, page, tenant, deliveries }) => {
  const { status, event_type } = query;
  return {
    status: 200,
    page: await deliveries.list(tenant, params.id, { status, event_type, created: spanOf(query) }, page),
  };
});
