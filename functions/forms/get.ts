import { readForms } from '../../shared/fieldwork/read.ts';
import { Form } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/forms/{form_id}',
  operationId: 'getForm',
  summary: 'Get a form with its current schema',
  description:
    'The schema is the open draft, else the newest published one. Callers who may not change forms see published forms ' +
    'only, with their newest published schema.',
  scope: 'forms:read',
  uses: { forms: readForms },
  success: { 200: Form },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, forms }) => ({
  status: 200,
  body: await forms.get(caller, params.form_id),
}));
