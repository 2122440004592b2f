import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { answerWhole } from '../../shared/http/whole.ts';
import { HeadlessProject, listStructure } from '../../shared/submissions/headless.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/headless/projects',
  operationId: 'listHeadlessProjects',
  summary: 'List all projects, newest first',
  scope: 'headless:read',
  uses: { structure: listStructure, whole: answerWhole },
  success: { 200: z.array(HeadlessProject), 303: null },
  problems: [],
});

export const handler = serve(route, async ({ caller, structure, whole }) =>
  whole.answer(caller, await structure.projects(caller)),
);
