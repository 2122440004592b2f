import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { ExecutionDetail } from '../../shared/workflows/execution-wire.ts';
import { readExecutions } from '../../shared/workflows/executions.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/workflows/{id}/executions/{execution_id}',
  operationId: 'getWorkflowExecution',
  summary: 'Get an execution with its steps',
  description: '`input` and `output` of steps are cut at 4 KB.',
  scope: 'workflows:read',
  uses: { executions: readExecutions },
  success: { 200: ExecutionDetail },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, executions }) => ({
  status: 200,
  body: await executions.get(tenant, params.id, params.execution_id),
}));
