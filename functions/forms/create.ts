import { createForms } from '../../shared/fieldwork/create.ts';
import { Form, FormDraft } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/forms',
  operationId: 'createForm',
  summary: 'Create a form with a draft schema',
  description: 'All errors of the schema are reported at once. Nobody can submit data until the form is published.',
  scope: 'forms:write',
  uses: { forms: createForms },
  body: FormDraft,
  success: { 201: Form },
  problems: ['NOT_FOUND', 'SCHEMA_INVALID'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, forms }) => ({
  status: 201,
  body: await forms.create(caller, body, once),
}));
