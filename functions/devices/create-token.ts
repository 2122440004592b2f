import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { createTokens } from '../../shared/registration/create.ts';
import { provisionPath, RegistrationToken, TokenDraft } from '../../shared/registration/wire.ts';
import { printInstant } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/registration/tokens',
  operationId: 'createRegistrationToken',
  summary: 'Create a registration token, which is shown only here',
  description:
    'Creates a `PENDING` device, which exchanges the token once, at `provisionEndpoint`, for a certificate. With `deviceId` ' +
    'the token is for an existing device, whose certificates are revoked when the token is exchanged. A device has at most ' +
    'one open token: a new token revokes the one before it.',
  scope: 'devices:provision',
  uses: { tokens: createTokens },
  body: TokenDraft,
  success: { 201: RegistrationToken },
  problems: ['NOT_FOUND', 'QUOTA_EXCEEDED'],
  idempotent: 'secret',
});

export const handler = serve(route, async ({ body, caller, once, request, tokens }) => {
  const { token, row } = await tokens.create(caller, body, once);
  const { deviceId, deviceName } = row;
  const provisionEndpoint = request.origin + provisionPath;
  return {
    status: 201,
    body: { token, deviceId, deviceName, provisionEndpoint, expiresAt: printInstant(row.expiresAt) },
  };
});
