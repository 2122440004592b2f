import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { ServerUrl, serverUrlOf } from '../../shared/workspaces/server-url.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/settings/mobile/server-url',
  operationId: 'getServerUrl',
  summary: 'Get the address that phones call',
  scope: 'settings:read',
  uses: {},
  success: { 200: ServerUrl },
  problems: [],
});

export const handler = serve(route, async ({ caller, request }) => ({
  status: 200,
  body: serverUrlOf(caller.workspace, request.origin),
}));
