import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { answerWhole } from '../../shared/http/whole.ts';
import { HeadlessForm, listStructure } from '../../shared/submissions/headless.ts';
import { givenId } from '../../shared/wire/id.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/headless/forms',
  operationId: 'listHeadlessForms',
  summary: 'List all published forms, newest first',
  scope: 'headless:read',
  uses: { structure: listStructure, whole: answerWhole },
  query: z.object({ project_id: givenId().optional().meta({ names: 'project' }) }),
  success: { 200: z.array(HeadlessForm), 303: null },
  problems: [],
});

export const handler = serve(route, async ({ query, caller, structure, whole }) =>
  whole.answer(caller, await structure.forms(caller, query.project_id)),
);
