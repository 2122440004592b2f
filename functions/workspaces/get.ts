import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { showWorkspace, Workspace } from '../../shared/workspaces/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces',
  operationId: 'getWorkspace',
  summary: "Get the credential's own workspace",
  scope: 'workspace:read',
  uses: {},
  success: { 200: Workspace },
  problems: [],
});

export const handler = serve(route, async ({ caller }) => ({ status: 200, body: showWorkspace(caller.workspace) }));
