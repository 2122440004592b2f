import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Workspace, WorkspacePatch } from '../../shared/workspaces/wire.ts';
import { writeWorkspace } from '../../shared/workspaces/writer.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workspaces',
  operationId: 'updateWorkspace',
  summary: 'Change the given settings of the workspace',
  description:
    'Absent fields stay as they are; `null` resets a field to its default, or clears it. Only owners can change `bulk_create_max_batch_size`. ' +
    'Settings apply to what is created afterwards: existing tokens, keys and certificates do not change.',
  scope: 'workspace:write',
  uses: { workspaces: writeWorkspace },
  body: WorkspacePatch,
  success: { 200: Workspace },
  problems: ['PRECONDITION_FAILED', 'FORBIDDEN', 'CONFLICT'],
});

export const handler = serve(route, async ({ body, caller, ifMatch, workspaces }) => ({
  status: 200,
  body: await workspaces.update(caller, body, ifMatch),
}));
