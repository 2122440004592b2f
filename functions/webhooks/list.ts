import * as z from 'zod';
import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { webhooks } from '../../shared/webhooks/kind.ts';
import { getting } from '../../shared/webhooks/rules.ts';
import { Webhook } from '../../shared/webhooks/wire.ts';
import { queryBoolean } from '../../shared/wire/schema.ts';
import { webhookKinds } from '../../shared/wire/webhook-kind.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/webhooks',
  operationId: 'listWebhooks',
  summary: 'List webhooks, newest first',
  scope: 'webhooks:read',
  uses: { webhooks: lists(webhooks) },
  query: listQuery({
    is_active: queryBoolean().optional(),
    event: z.string().max(64).optional(),
    kind: z.enum(webhookKinds).optional(),
  }),
  success: { 200: listOf(Webhook, 'snake_case') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, webhooks }) => {
  const { is_active, kind, event } = query;
  return { status: 200, page: await webhooks.list(tenant, { is_active, kind }, page, getting(event)) };
});
