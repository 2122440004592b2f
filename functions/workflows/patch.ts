import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { WorkflowPatch } from '../../shared/workflows/bodies.ts';
import { patchWorkflows } from '../../shared/workflows/patch.ts';
import { Workflow } from '../../shared/workflows/wire.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workflows/{id}',
  operationId: 'patchWorkflow',
  summary: 'Change the given fields of a workflow',
  description:
    'A change of `trigger` or `steps`, which are replaced whole, makes a new version. Executions that run keep theirs. ' +
    'A change of `steps` needs the scopes of the effects of all steps.',
  scope: 'workflows:write',
  uses: { workflows: patchWorkflows },
  body: WorkflowPatch,
  success: { 200: Workflow },
  entityTag: false,
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'SCOPE_MISSING', 'URL_FORBIDDEN'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, request, workflows }) => ({
  status: 200,
  body: await workflows.patch(caller, params.id, body, new URL(request.origin).host, ifMatch),
}));
