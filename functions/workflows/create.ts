import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { WorkflowDraft } from '../../shared/workflows/bodies.ts';
import { createWorkflows } from '../../shared/workflows/create.ts';
import { Workflow } from '../../shared/workflows/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/workflows',
  operationId: 'createWorkflow',
  summary: 'Create a workflow',
  description:
    'It is inactive until it is activated. Saving a step needs the scope of its effect: `command` needs `devices:command`, ' +
    '`update_geofence` `geofences:write`, `create_event` `events:write`, `webhook` with a `url` `webhooks:write`. ' +
    'What a step names must exist: a webhook, a device, a geofence, notification channels. ' +
    'See "Workflows" at the beginning of this document for triggers, steps, conditions and templates.',
  scope: 'workflows:write',
  uses: { workflows: createWorkflows },
  body: WorkflowDraft,
  success: { 201: Workflow },
  entityTag: false,
  problems: ['QUOTA_EXCEEDED', 'SCOPE_MISSING', 'URL_FORBIDDEN'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, request, workflows }) => ({
  status: 201,
  body: await workflows.create(caller, body, new URL(request.origin).host, once),
}));
