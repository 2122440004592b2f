import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { listKeys } from '../../shared/keys/list.ts';
import { ApiKey } from '../../shared/keys/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/api-keys',
  operationId: 'listApiKeys',
  summary: "List the workspace's API keys as a bare array, newest first",
  prefer: 'GET /api/v1/account/api-keys',
  scope: 'api_keys:read',
  uses: { keys: listKeys },
  query: listQuery({}, { skip: true }),
  success: { 200: listOf(ApiKey, 'bare') },
  problems: [],
});

export const handler = serve(route, async ({ page, tenant, keys }) => ({
  status: 200,
  page: await keys.list(tenant, {}, page),
}));
