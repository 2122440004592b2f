import { deleteForms } from '../../shared/fieldwork/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { removeWebhooksOfForms } from '../../shared/webhooks/form-webhooks.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/forms/{form_id}',
  operationId: 'deleteForm',
  summary: 'Delete a form permanently, with its versions, submissions and webhooks',
  description: 'This cannot be undone. After the answer no request finds the form or anything that belonged to it.',
  scope: 'forms:delete',
  uses: { forms: deleteForms, webhooks: removeWebhooksOfForms },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, forms, webhooks }) => {
  await forms.delete(caller, params.form_id, ifMatch);
  await webhooks.removeAll(caller, params.form_id);
  return { status: 204 };
});
