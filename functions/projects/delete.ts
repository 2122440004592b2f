import { deletesProjects } from '../../shared/fieldwork/projects.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/projects/{project_id}',
  operationId: 'deleteProject',
  summary: 'Delete a project permanently',
  description: 'Refused with `PROJECT_NOT_EMPTY` while the project still contains forms.',
  scope: 'projects:delete',
  uses: { projects: deletesProjects() },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PROJECT_NOT_EMPTY'],
});

export const handler = serve(route, async ({ params, caller, projects }) => {
  await projects.delete(caller, params.project_id, undefined);
  return { status: 204 };
});
