import * as z from 'zod';
import { listVersions } from '../../shared/fieldwork/versions.ts';
import { FormVersion } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { answerWhole } from '../../shared/http/whole.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/forms/{form_id}/versions',
  operationId: 'listFormVersions',
  summary: 'List all published versions of a form, newest first',
  scope: 'forms:read',
  uses: { versions: listVersions, whole: answerWhole },
  success: { 200: z.array(FormVersion), 303: null },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, versions, whole }) =>
  whole.answer(caller, await versions.list(caller, params.form_id)),
);
