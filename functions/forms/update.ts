import { changeForms } from '../../shared/fieldwork/change.ts';
import { Form, FormChange } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PUT',
  path: '/api/v1/forms/{form_id}',
  operationId: 'updateForm',
  summary: 'Change the name or the draft schema of a form',
  description:
    'The name takes effect at once. A schema changes the open draft, or opens one; the published version stays in force until ' +
    'the next publish. A schema that is equal to the published one discards the draft.',
  scope: 'forms:write',
  uses: { forms: changeForms },
  body: FormChange,
  success: { 200: Form },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'SCHEMA_INVALID'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, forms }) => ({
  status: 200,
  body: await forms.change(caller, params.form_id, body, ifMatch),
}));
