import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { HeadlessProject, listStructure } from '../../shared/submissions/headless.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/headless/projects',
  operationId: 'listHeadlessProjects',
  summary: 'List all projects, newest first',
  scope: 'headless:read',
  uses: { structure: listStructure },
  success: { 200: z.array(HeadlessProject) },
  problems: [],
});

export const handler = serve(route, async ({ caller, structure }) => ({
  status: 200,
  ...(await structure.projects(caller)),
}));
