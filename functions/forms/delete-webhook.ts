import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { deleteFormWebhooks } from '../../shared/webhooks/form-webhooks.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/forms/{form_id}/webhooks/{webhook_id}',
  operationId: 'deleteFormWebhook',
  summary: 'Delete a webhook of a form, with its deliveries and their log',
  scope: 'webhooks:delete',
  uses: { webhooks: deleteFormWebhooks },
  success: { 204: null },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, webhooks }) => {
  await webhooks.delete(caller, params.form_id, params.webhook_id);
  return { status: 204 };
});
