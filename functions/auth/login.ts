import { PresentedPassword } from '../../shared/auth/presented-password.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { startSessions } from '../../shared/sessions/login.ts';
import { Tokens } from '../../shared/sessions/session.ts';
import { Email } from '../../shared/wire/email.ts';
import { workspaceName } from '../../shared/wire/id.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/login',
  operationId: 'login',
  summary: 'Sign in with e-mail address and password',
  description:
    'If the address has users with this password in several workspaces, choose one with `workspace`; without it, the oldest 20 users are tried. Limits: 15 attempts per minute for each e-mail address, and 60 per minute for each network.',
  scope: 'public',
  uses: { sessions: startSessions },
  body: strictObject(
    whenMade({
      email: Email,
      password: PresentedPassword,
      workspace: workspaceName().optional().meta({ description: 'Id or slug.' }),
    }),
  ).meta({ id: 'LoginRequest', example: { email: 'admin@example.com', password: 'your_password' } }),
  success: { 200: Tokens },
  problems: ['INVALID_CREDENTIALS', 'EMAIL_NOT_VERIFIED', 'USER_DISABLED', 'WORKSPACE_REQUIRED', 'RATE_LIMIT_EXCEEDED'],
  // Argon2 needs 19 MiB and a whole core for a moment. Lambda assigns CPU in proportion to memory.
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ body, request, sessions }) => ({
  status: 200,
  body: await sessions.login(body, request),
}));
