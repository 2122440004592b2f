import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { revokeKeys } from '../../shared/keys/revoke.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/api-keys/{key_id}',
  operationId: 'revokeApiKey',
  summary: 'Revoke an API key at once and permanently',
  description: 'The key stays in lists as revoked. Revoking a key is idempotent.',
  prefer: 'DELETE /api/v1/account/api-keys/{key_id}',
  scope: 'api_keys:delete',
  uses: { keys: revokeKeys },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, keys }) => {
  await keys.revoke(caller, params.key_id, ifMatch);
  return { status: 204 };
});
