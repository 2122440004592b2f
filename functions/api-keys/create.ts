import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { createKeys } from '../../shared/keys/create.ts';
import { showNewPlainKey } from '../../shared/keys/show.ts';
import { CreatedPlainApiKey, PlainApiKeyDraft } from '../../shared/keys/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/api-keys',
  operationId: 'createApiKey',
  summary: 'Create an API key, which is shown only in this answer',
  description:
    'Without `scopes` the key is a headless key, which may read published forms and submit to them. ' +
    '`POST /account/api-keys` creates the same kind of keys with more settings.',
  prefer: 'POST /api/v1/account/api-keys',
  scope: 'api_keys:write',
  uses: { keys: createKeys },
  body: PlainApiKeyDraft,
  success: { 201: CreatedPlainApiKey },
  problems: ['SCOPE_NOT_GRANTABLE', 'QUOTA_EXCEEDED'],
  idempotent: 'secret',
});

export const handler = serve(route, async ({ body, caller, once, request, keys }) => {
  const made = await keys.create(caller, body, once);
  return {
    status: 201,
    body: showNewPlainKey(made),
    // The address at which the key can be read; `/api-keys` has no GET of one key.
    headers: { Location: `${request.origin}/api/v1/account/api-keys/${made.row.id}` },
  };
});
