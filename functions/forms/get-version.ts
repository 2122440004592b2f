import { readVersions } from '../../shared/fieldwork/versions.ts';
import { FormVersionWithSchema } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/forms/{form_id}/versions/{version_id}',
  operationId: 'getFormVersion',
  summary: 'Get a published version of a form with its schema',
  scope: 'forms:read',
  uses: { versions: readVersions },
  success: { 200: FormVersionWithSchema },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, versions }) => ({
  status: 200,
  body: await versions.get(caller, params.form_id, params.version_id),
}));
