import * as z from 'zod';
import { OneTimeToken } from '../../shared/auth/one-time-token.ts';
import { Password } from '../../shared/auth/password-policy.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { recoverAccounts } from '../../shared/sessions/recover.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/password-reset/confirm',
  operationId: 'confirmPasswordReset',
  summary: 'Set a new password with the token from a mail',
  description: 'All sessions of the user end.',
  scope: 'public',
  uses: { recovery: recoverAccounts },
  body: strictObject(whenMade({ token: OneTimeToken, new_password: Password })).meta({
    id: 'ConfirmPasswordResetRequest',
    example: { token: 'k5Vh0S…', new_password: 'NewPass123!' },
  }),
  success: { 200: z.object({ status: z.literal('changed') }).meta({ id: 'PasswordChanged' }) },
  problems: ['ONE_TIME_TOKEN_INVALID', 'RATE_LIMIT_EXCEEDED'],
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ body, request, recovery }) => {
  await recovery.resetPassword(body.token, body.new_password, request);
  return { status: 200, body: { status: 'changed' } };
});
