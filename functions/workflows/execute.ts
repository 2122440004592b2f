import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';
import { executeWorkflows } from '../../shared/workflows/execute.ts';
import { Execution } from '../../shared/workflows/execution-wire.ts';
import { GivenEvent } from '../../shared/workflows/given-event.ts';

const ExecuteRequest = strictObject(whenMade({ event: GivenEvent })).meta({
  id: 'WorkflowExecuteRequest',
  example: { event: { data: { deviceName: 'Van 7', geofenceName: 'SF Downtown Hub' } } },
});

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/workflows/{id}/execute',
  operationId: 'executeWorkflow',
  summary: 'Start a workflow by hand',
  description:
    'The workflow runs with all its effects, also if it is inactive or in its cooldown. `Location` is the address of the ' +
    'execution.',
  scope: 'workflows:execute',
  uses: { workflows: executeWorkflows },
  body: ExecuteRequest,
  success: { 202: Execution },
  problems: ['NOT_FOUND'],
  idempotent: true,
});

export const handler = serve(route, ({ body, params, caller, once, request, workflows }) =>
  workflows.execute(caller, params.id, body.event, request.origin, once),
);
