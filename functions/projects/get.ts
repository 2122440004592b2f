import { gets } from '../../shared/entity/read.ts';
import { Project, projects } from '../../shared/fieldwork/projects.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/{project_id}',
  operationId: 'getProject',
  summary: 'Get a project',
  scope: 'projects:read',
  uses: { projects: gets(projects) },
  success: { 200: Project },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, projects }) => ({
  status: 200,
  body: await projects.get(tenant, params.project_id),
}));
