import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Delivery } from '../../shared/webhooks/delivery-wire.ts';
import { readDeadLetters } from '../../shared/webhooks/read.ts';
import { givenId } from '../../shared/wire/id.ts';
import { isInOrder, notInOrder, spanOf, spanParameters } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/webhooks/dead-letters',
  operationId: 'listDeadLetters',
  summary: 'List deliveries that have finally failed, newest first',
  description: '`from` and `to` filter by `created_at`. A retry or a replay removes a delivery from the list.',
  scope: 'webhooks:read',
  uses: { deadLetters: readDeadLetters },
  query: listQuery({ webhook_id: givenId().meta({ names: 'webhook' }).optional(), ...spanParameters }).refine(
    isInOrder,
    notInOrder,
  ),
  success: { 200: listOf(Delivery, 'snake_case') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, deadLetters }) => ({
  status: 200,
  page: await deadLetters.list(tenant, query.webhook_id, spanOf(query), page),
}));
