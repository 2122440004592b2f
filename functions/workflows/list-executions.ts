import * as z from 'zod';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { isInOrder, notInOrder, spanOf, spanParameters } from '../../shared/wire/time-span.ts';
import { Execution, executionModes, executionStatuses } from '../../shared/workflows/execution-wire.ts';
import { readExecutions } from '../../shared/workflows/executions.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/workflows/{id}/executions',
  operationId: 'listWorkflowExecutions',
  summary: 'List the executions of a workflow, newest first',
  description: 'An execution is listed for as long as the plan keeps logs, counted from its end.',
  scope: 'workflows:read',
  uses: { executions: readExecutions },
  query: listQuery({
    status: z.enum(executionStatuses).optional(),
    mode: z.enum(executionModes).optional(),
    ...spanParameters,
  }).refine(isInOrder, notInOrder),
  success: { 200: listOf(Execution, 'snake_case') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, page, tenant, executions }) => ({
  status: 200,
  page: await executions.list(tenant, params.id, { ...query, started: spanOf(query) }, page),
}));
