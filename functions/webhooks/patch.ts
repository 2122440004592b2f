import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { patchWebhooks } from '../../shared/webhooks/patch.ts';
import { Webhook, WebhookPatch } from '../../shared/webhooks/wire.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/webhooks/{id}',
  operationId: 'patchWebhook',
  summary: 'Change the given fields of a webhook',
  description:
    'Absent fields stay as they are; lists and objects are replaced whole. A secret of `auth` that is `"***"` stays as it is. ' +
    'When a webhook becomes inactive, the deliveries that wait are skipped; they can be replayed later.',
  scope: 'webhooks:write',
  uses: { webhooks: patchWebhooks },
  body: WebhookPatch,
  success: { 200: Webhook },
  entityTag: false,
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'URL_FORBIDDEN'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, request, webhooks }) => ({
  status: 200,
  body: await webhooks.patch(caller, params.id, body, new URL(request.origin).host, ifMatch),
}));
