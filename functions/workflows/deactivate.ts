import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';
import { deactivateWorkflows } from '../../shared/workflows/deactivate.ts';
import { Workflow } from '../../shared/workflows/wire.ts';

const Deactivation = strictObject(whenMade({ cancel_waiting: z.boolean().default(false) })).meta({
  id: 'WorkflowDeactivation',
  example: { cancel_waiting: false },
});

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/workflows/{id}/deactivate',
  operationId: 'deactivateWorkflow',
  summary: 'Let nothing start a workflow any more',
  description:
    'Running executions continue. With `cancel_waiting`, those that wait for a delay or for their next attempt end: they are `stopped`. ' +
    'May be repeated.',
  scope: 'workflows:write',
  uses: { workflows: deactivateWorkflows },
  body: Deactivation,
  success: { 200: Workflow },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ body, params, caller, workflows }) => ({
  status: 200,
  body: await workflows.deactivate(caller, params.id, body.cancel_waiting),
}));
