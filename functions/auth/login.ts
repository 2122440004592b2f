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
    'Where the address has users in several workspaces with this password, say which with `workspace`; without it the oldest 20 are tried. At most 15 attempts a minute an address and 60 a minute a network.',
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
  // Argon2 takes 19 MiB and all of a core for the time of a blink; Lambda's share of a core follows memory.
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ body, request, sessions }) => ({
  status: 200,
  body: await sessions.login(body, request),
}));
