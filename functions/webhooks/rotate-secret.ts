import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { rotateSecrets } from '../../shared/webhooks/rotate.ts';
import { SecretRotation, WebhookWithSecret } from '../../shared/webhooks/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/webhooks/{id}/rotate-secret',
  operationId: 'rotateWebhookSecret',
  summary: 'Replace the secret of a webhook; the new one is shown only in this answer',
  description:
    'Until the overlap is over, calls carry a signature of each secret, newest first, at most three. ' +
    'With `"overlap_hours": 0` the old secrets stop signing at once.',
  scope: 'webhooks:write',
  uses: { webhooks: rotateSecrets },
  body: SecretRotation,
  success: { 200: WebhookWithSecret },
  entityTag: false,
  problems: ['NOT_FOUND'],
  idempotent: 'secret',
});

export const handler = serve(route, async ({ body, params, caller, once, webhooks }) => ({
  status: 200,
  body: await webhooks.rotate(caller, params.id, body, once),
}));
