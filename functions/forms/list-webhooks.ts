import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { answerWhole } from '../../shared/http/whole.ts';
import { listFormWebhooks } from '../../shared/webhooks/form-webhooks.ts';
import { FormWebhook } from '../../shared/webhooks/form-wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/forms/{form_id}/webhooks',
  operationId: 'listFormWebhooks',
  summary: 'List all webhooks of a form as a bare array, newest first',
  scope: 'webhooks:read',
  uses: { webhooks: listFormWebhooks, whole: answerWhole },
  success: { 200: z.array(FormWebhook), 303: null },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, webhooks, whole }) =>
  whole.answer(caller, await webhooks.list(caller, params.form_id)),
);
