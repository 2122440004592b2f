import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { webhooks } from '../../shared/webhooks/kind.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/webhooks/{id}',
  operationId: 'deleteWebhook',
  summary: 'Delete a webhook permanently, with its deliveries and their log',
  scope: 'webhooks:delete',
  uses: { webhooks: deletes(webhooks) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, webhooks }) => {
  await webhooks.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
