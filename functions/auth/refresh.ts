import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { refreshSessions } from '../../shared/sessions/refresh.ts';
import { Tokens } from '../../shared/sessions/session.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/refresh',
  operationId: 'refreshTokens',
  summary: 'Exchange a refresh token for new tokens',
  description:
    'A refresh token can be used once. A client that lost the answer can get the same answer again within 30 seconds; if an old token is used later than that, the session ends. A session lasts 7 days from sign-in. Limit: 30 requests per minute for each session.',
  scope: 'public',
  uses: { sessions: refreshSessions },
  body: strictObject(whenMade({ refresh_token: z.string().min(1).max(4096) })).meta({
    id: 'RefreshRequest',
    example: { refresh_token: 'eyJ...' },
  }),
  success: { 200: Tokens },
  problems: ['TOKEN_INVALID', 'TOKEN_EXPIRED', 'TOKEN_REVOKED', 'REFRESH_TOKEN_REUSED', 'RATE_LIMIT_EXCEEDED'],
});

export const handler = serve(route, async ({ body, request, sessions }) => ({
  status: 200,
  body: await sessions.refresh(body.refresh_token, request),
}));
