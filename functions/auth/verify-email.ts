import * as z from 'zod';
import { OneTimeToken } from '../../shared/auth/one-time-token.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { recoverAccounts } from '../../shared/sessions/recover.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/verify-email',
  operationId: 'verifyEmail',
  summary: 'Verify an e-mail address with the token from a mail',
  scope: 'public',
  uses: { recovery: recoverAccounts },
  body: strictObject(whenMade({ token: OneTimeToken })).meta({
    id: 'VerifyEmailRequest',
    example: { token: 'k5Vh0S…' },
  }),
  success: {
    200: z
      .object({ status: z.literal('verified'), email: z.string() })
      .meta({ id: 'EmailVerified', example: { status: 'verified', email: 'ana@example.com' } }),
  },
  problems: ['ONE_TIME_TOKEN_INVALID'],
});

export const handler = serve(route, async ({ body, request, recovery }) => ({
  status: 200,
  body: { status: 'verified', email: await recovery.verifyEmail(body.token, request) },
}));
