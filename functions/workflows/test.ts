import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';
import { ExecutionDetail } from '../../shared/workflows/execution-wire.ts';
import { GivenEvent } from '../../shared/workflows/given-event.ts';
import { tryWorkflows } from '../../shared/workflows/try.ts';

const TestRequest = strictObject(whenMade({ event: GivenEvent.optional() })).meta({
  id: 'WorkflowTestRequest',
  example: { event: { data: { deviceName: 'Van 7', geofenceName: 'SF Downtown Hub', accuracyMeters: 8 } } },
});

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/workflows/{id}/test',
  operationId: 'testWorkflow',
  summary: 'Try a workflow without any effect',
  description:
    'Conditions and templates run, delays are skipped, and an effect only shows its `input`. Without `event`, a ' +
    'sample event of the trigger is used.',
  scope: 'workflows:execute',
  uses: { workflows: tryWorkflows },
  body: TestRequest,
  success: { 200: ExecutionDetail },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ body, params, caller, workflows }) => ({
  status: 200,
  body: await workflows.test(caller, params.id, body.event),
}));
