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
    'It makes a `PENDING` device; the device exchanges the token at `provisionEndpoint` for a certificate, once. With ' +
    '`deviceId` it is for a device that is there: its certificates are revoked when the token is exchanged. A device has one open ' +
    'token: a new one revokes the former.',
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
