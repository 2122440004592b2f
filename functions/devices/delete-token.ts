import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { revokeTokens } from '../../shared/registration/revoke.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/devices/registration/tokens/{tokenId}',
  operationId: 'revokeRegistrationToken',
  summary: 'Revoke a registration token',
  description: 'Deletes its device too, if that is still `PENDING` and has no newer token.',
  scope: 'devices:provision',
  uses: { tokens: revokeTokens },
  success: { 204: null },
  problems: ['NOT_FOUND', 'REGISTRATION_TOKEN_USED'],
});

export const handler = serve(route, async ({ params, caller, tokens }) => {
  await tokens.revoke(caller, params.tokenId);
  return { status: 204 };
});
