import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { changeKeys } from '../../shared/keys/change.ts';
import { showKey } from '../../shared/keys/show.ts';
import { ApiKey, ApiKeyPatch } from '../../shared/keys/wire.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/account/api-keys/{key_id}',
  operationId: 'patchAccountApiKey',
  summary: 'Change the given fields of an API key',
  description:
    'Takes effect from the next request with the key. `null` clears `description` and `allowed_cidrs`, and resets `expires_at` and ' +
    '`rate_limit_per_hour` to what the workspace and the plan allow. A key that has expired or was rotated cannot be extended.',
  scope: 'api_keys:write',
  uses: { keys: changeKeys },
  body: ApiKeyPatch,
  success: { 200: ApiKey },
  entityTag: false,
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'SCOPE_NOT_GRANTABLE'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, keys }) => ({
  status: 200,
  body: showKey(await keys.change(caller, params.key_id, body, ifMatch), Date.now()),
}));
