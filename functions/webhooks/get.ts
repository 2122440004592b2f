import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { webhooks } from '../../shared/webhooks/kind.ts';
import { Webhook } from '../../shared/webhooks/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/webhooks/{id}',
  operationId: 'getWebhook',
  summary: 'Get a webhook',
  scope: 'webhooks:read',
  uses: { webhooks: gets(webhooks) },
  success: { 200: Webhook },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, webhooks }) => ({
  status: 200,
  body: await webhooks.get(tenant, params.id),
}));
