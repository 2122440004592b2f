import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { restoreWorkflows } from '../../shared/workflows/restore.ts';
import { Workflow } from '../../shared/workflows/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/workflows/{id}/versions/{version_num}/restore',
  operationId: 'restoreWorkflowVersion',
  summary: 'Make an earlier version of a workflow its newest one',
  description:
    'Creates a new version with the same content. You need the scopes of the effects of its steps, and the notification ' +
    'channels that the steps name must exist.',
  scope: 'workflows:write',
  params: { version_num: { description: 'The number of the version, from 1.', example: '1' } },
  uses: { workflows: restoreWorkflows },
  success: { 200: Workflow },
  entityTag: false,
  problems: ['NOT_FOUND', 'SCOPE_MISSING', 'VALIDATION_ERROR'],
  idempotent: true,
});

export const handler = serve(route, async ({ params, caller, once, workflows }) => ({
  status: 200,
  body: await workflows.restore(caller, params.id, params.version_num, once),
}));
