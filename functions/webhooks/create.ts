import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { createWebhooks } from '../../shared/webhooks/create.ts';
import { WebhookDraft, WebhookWithSecret } from '../../shared/webhooks/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/webhooks',
  operationId: 'createWebhook',
  summary: 'Create a webhook; its secret is shown only in this answer',
  description:
    'Targets are called over https, at port 443 or above 1023, at public addresses only. `headers` may hold at most 20, but not ' +
    '`host`, `authorization`, `user-agent`, `content-*`, `webhook-*`, `x-hexfence-*`, and none that concern the connection. ' +
    'See "Webhooks" at the beginning of this document for what is sent and how to verify it.',
  scope: 'webhooks:write',
  uses: { webhooks: createWebhooks },
  body: WebhookDraft,
  success: { 201: WebhookWithSecret },
  entityTag: false,
  problems: ['URL_FORBIDDEN', 'QUOTA_EXCEEDED'],
  idempotent: 'secret',
});

export const handler = serve(route, async ({ body, caller, once, request, webhooks }) => ({
  status: 201,
  body: await webhooks.create(caller, body, new URL(request.origin).host, once),
}));
