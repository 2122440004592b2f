import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { createFormWebhooks } from '../../shared/webhooks/create-for-form.ts';
import { FormWebhook, FormWebhookDraft } from '../../shared/webhooks/form-wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/forms/{form_id}/webhooks',
  operationId: 'createFormWebhook',
  summary: 'Create a webhook that gets each new submission of a form',
  description:
    'The body that it gets is the submission alone. With a `secret` the calls are signed; see "Webhooks" at the beginning of ' +
    'this document for signatures, retries and allowed targets. It counts as a webhook of the plan, and `/webhooks/{id}` ' +
    'shows and changes it, its deliveries and its dead letters.',
  scope: 'webhooks:write',
  uses: { webhooks: createFormWebhooks },
  body: FormWebhookDraft,
  success: { 201: FormWebhook },
  problems: ['NOT_FOUND', 'URL_FORBIDDEN', 'QUOTA_EXCEEDED'],
  idempotent: true,
});

export const handler = serve(route, async ({ params, body, caller, once, request, webhooks }) => ({
  status: 201,
  body: await webhooks.create(caller, params.form_id, body, new URL(request.origin).host, once),
}));
