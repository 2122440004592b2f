import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { createKeys } from '../../shared/keys/create.ts';
import { scopesForKey } from '../../shared/keys/settings.ts';
import { showNewKey } from '../../shared/keys/show.ts';
import { ApiKeyDraft, CreatedApiKey } from '../../shared/keys/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/account/api-keys',
  operationId: 'createAccountApiKey',
  summary: 'Create an API key, which is shown only in this answer',
  description:
    'A key cannot have scopes that its creator lacks, or scopes that only people may have. ' +
    'Without `scopes` and `role` it gets the scopes of an `editor`; with `"scopes": []` it is a headless key.',
  scope: 'api_keys:write',
  uses: { keys: createKeys },
  body: ApiKeyDraft,
  success: { 201: CreatedApiKey },
  entityTag: false,
  problems: ['SCOPE_NOT_GRANTABLE', 'QUOTA_EXCEEDED'],
  idempotent: 'secret',
});

export const handler = serve(route, async ({ body, caller, once, keys }) => {
  const { role = 'editor', scopes = scopesForKey(role, caller), ...given } = body;
  return { status: 201, body: showNewKey(await keys.create(caller, { ...given, scopes }, once)) };
});
