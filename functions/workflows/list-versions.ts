import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { listVersions } from '../../shared/workflows/versions.ts';
import { WorkflowVersion } from '../../shared/workflows/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/workflows/{id}/versions',
  operationId: 'listWorkflowVersions',
  summary: 'List the versions of a workflow, newest first',
  scope: 'workflows:read',
  uses: { versions: listVersions },
  query: listQuery({}),
  success: { 200: listOf(WorkflowVersion, 'snake_case') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, page, tenant, versions }) => ({
  status: 200,
  page: await versions.list(tenant, params.id, page),
}));
