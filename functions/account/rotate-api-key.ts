import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { rotateKeys } from '../../shared/keys/rotate.ts';
import { showRotatedKey } from '../../shared/keys/show.ts';
import { ApiKeyRotation, RotatedApiKey } from '../../shared/keys/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/account/api-keys/{key_id}/rotate',
  operationId: 'rotateAccountApiKey',
  summary: 'Replace an API key with a new one that has the same settings',
  description:
    'The new key is shown only in this answer. It keeps the `expires_at` of the old one, within the longest lifetime that the workspace ' +
    'allows. The old key works until the end of the grace period or its own end, whichever comes first, and no longer counts toward the plan. The plan limits how many ' +
    'replaced keys can be in their grace period: as many as it allows keys. A rotation without a grace period is never refused for that reason.',
  scope: 'api_keys:write',
  uses: { keys: rotateKeys },
  body: ApiKeyRotation,
  success: { 201: RotatedApiKey },
  entityTag: false,
  problems: ['NOT_FOUND', 'SCOPE_NOT_GRANTABLE', 'INVALID_TRANSITION'],
  idempotent: 'secret',
});

export const handler = serve(route, async ({ body, params, caller, once, request, keys }) => {
  const made = await keys.rotate(caller, params.key_id, body.grace_period_hours, once);
  return {
    status: 201,
    body: showRotatedKey(made),
    headers: { Location: `${request.origin}/api/v1/account/api-keys/${made.row.id}` },
  };
});
