import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { getKeys } from '../../shared/keys/find.ts';
import { ApiKey } from '../../shared/keys/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/account/api-keys/{key_id}',
  operationId: 'getAccountApiKey',
  summary: 'Get an API key, without its secret',
  scope: 'api_keys:read',
  uses: { keys: getKeys },
  success: { 200: ApiKey },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, keys }) => ({
  status: 200,
  body: await keys.get(tenant, params.key_id),
}));
