import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { activateWorkflows } from '../../shared/workflows/activate.ts';
import { Workflow } from '../../shared/workflows/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/workflows/{id}/activate',
  operationId: 'activateWorkflow',
  summary: 'Let the trigger of a workflow start it',
  description:
    'Refused if a step cannot run, because an object that it names was deleted or its URL may not be called. May be repeated.',
  scope: 'workflows:write',
  uses: { workflows: activateWorkflows },
  success: { 200: Workflow },
  entityTag: false,
  problems: ['NOT_FOUND', 'URL_FORBIDDEN', 'VALIDATION_ERROR'],
});

export const handler = serve(route, async ({ params, caller, request, workflows }) => ({
  status: 200,
  body: await workflows.activate(caller, params.id, new URL(request.origin).host),
}));
