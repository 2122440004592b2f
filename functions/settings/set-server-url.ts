import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { ServerUrl, ServerUrlDraft } from '../../shared/workspaces/server-url.ts';
import { writeWorkspace } from '../../shared/workspaces/writer.ts';

export const route = defineRoute({
  method: 'PUT',
  path: '/api/v1/settings/mobile/server-url',
  operationId: 'setServerUrl',
  summary: 'Set the address that phones call',
  description:
    'For a platform behind a name of your own. It is the same setting as `server_url` of `PATCH /workspaces`, where `null` ' +
    'resets it.',
  scope: 'settings:write',
  uses: { workspaces: writeWorkspace },
  body: ServerUrlDraft,
  success: { 200: ServerUrl },
  problems: [],
});

export const handler = serve(route, async ({ body, caller, workspaces }) => {
  await workspaces.update(caller, body, undefined);
  return { status: 200, body };
});
