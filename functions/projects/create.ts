import { creates } from '../../shared/entity/create.ts';
import { Project, ProjectDraft, projects } from '../../shared/fieldwork/projects.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/projects',
  operationId: 'createProject',
  summary: 'Create a project',
  scope: 'projects:write',
  uses: { projects: creates(projects) },
  body: ProjectDraft,
  success: { 201: Project },
  problems: [],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, projects }) => ({
  status: 201,
  body: await projects.create(caller, body, once),
}));
