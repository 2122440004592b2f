import { lists } from '../../shared/entity/read.ts';
import { Project, projects } from '../../shared/fieldwork/projects.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/projects',
  operationId: 'listProjects',
  summary: 'List projects as a bare array, newest first',
  scope: 'projects:read',
  uses: { projects: lists(projects) },
  query: listQuery({}, { skip: true }),
  success: { 200: listOf(Project, 'bare') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, projects }) => ({
  status: 200,
  page: await projects.list(tenant, query, page),
}));
