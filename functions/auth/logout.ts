import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { endOwnSession } from '../../shared/sessions/end.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/logout',
  operationId: 'logout',
  summary: 'End the current session',
  description: 'Its access and refresh tokens are refused at once.',
  scope: 'session',
  uses: { sessions: endOwnSession },
  success: { 200: z.object({ status: z.literal('logged_out') }).meta({ id: 'LoggedOut' }) },
  problems: [],
});

export const handler = serve(route, async ({ caller, sessions }) => {
  await sessions.end(caller);
  return { status: 200, body: { status: 'logged_out' } };
});
