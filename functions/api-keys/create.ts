import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { createKeys } from '../../shared/keys/create.ts';
import { showNewPlainKey } from '../../shared/keys/show.ts';
import { CreatedPlainApiKey, PlainApiKeyDraft } from '../../shared/keys/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/api-keys',
  operationId: 'createApiKey',
  summary: 'Create an API key, which is shown only here',
  description:
    'Without `scopes` it is a headless key, which may read published forms and submit to them. ' +
    '`POST /account/api-keys` makes the same keys with more to choose.',
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
    // Where it can be read; this door has no GET of one key.
    headers: { Location: `${request.origin}/api/v1/account/api-keys/${made.row.id}` },
  };
});
