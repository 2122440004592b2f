import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { workflows } from '../../shared/workflows/kind.ts';
import { Workflow } from '../../shared/workflows/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/workflows/{id}',
  operationId: 'getWorkflow',
  summary: 'Get a workflow',
  scope: 'workflows:read',
  uses: { workflows: gets(workflows) },
  success: { 200: Workflow },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, workflows }) => ({
  status: 200,
  body: await workflows.get(tenant, params.id),
}));
