import { publishForms } from '../../shared/fieldwork/publish.ts';
import { FormVersion } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/forms/{form_id}/publish',
  operationId: 'publishForm',
  summary: 'Freeze the draft of a form as its next version',
  description:
    'A version never changes. A submission that names no version is for the newest one. A published field keeps its kind ' +
    'of value and its repeat in later versions.',
  scope: 'forms:publish',
  uses: { forms: publishForms },
  success: { 200: FormVersion },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'NOTHING_TO_PUBLISH', 'SCHEMA_INVALID'],
  idempotent: true,
});

export const handler = serve(route, async ({ params, caller, ifMatch, once, forms }) => ({
  status: 200,
  body: await forms.publish(caller, params.form_id, ifMatch, once),
}));
