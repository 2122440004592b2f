import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { retryExecutions } from '../../shared/workflows/execute.ts';
import { Execution } from '../../shared/workflows/execution-wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/workflows/{id}/executions/{execution_id}/retry',
  operationId: 'retryWorkflowExecution',
  summary: 'Start a failed execution again from the step that failed',
  description: 'Creates a new execution, with the same version and event; `Location` is its address.',
  scope: 'workflows:execute',
  uses: { executions: retryExecutions },
  success: { 202: Execution },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  idempotent: true,
});

export const handler = serve(route, ({ params, caller, once, request, executions }) =>
  executions.retry(caller, params.id, params.execution_id, request.origin, once),
);
