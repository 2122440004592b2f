import * as z from 'zod';
import { listVersions } from '../../shared/fieldwork/versions.ts';
import { FormVersion } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/forms/{form_id}/versions',
  operationId: 'listFormVersions',
  summary: 'List all published versions of a form, newest first',
  scope: 'forms:read',
  uses: { versions: listVersions },
  success: { 200: z.array(FormVersion) },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, versions }) => ({
  status: 200,
  body: await versions.list(caller, params.form_id),
}));
