import { OneTimeToken } from '../../shared/auth/one-time-token.ts';
import { Password } from '../../shared/auth/password-policy.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { acceptInvitations } from '../../shared/sessions/join.ts';
import { Tokens } from '../../shared/sessions/session.ts';
import { Name } from '../../shared/users/account-wire.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/accept-invitation',
  operationId: 'acceptInvitation',
  summary: 'Join a workspace with the token of an invitation',
  description: 'Creates the user, whose address counts as verified, and signs in.',
  scope: 'public',
  uses: { invitations: acceptInvitations },
  body: strictObject(whenMade({ token: OneTimeToken, password: Password, name: Name.default('') })).meta({
    id: 'AcceptInvitationRequest',
    example: { token: 'k5Vh0S…', password: 'Pass123!', name: 'Ana Ruiz' },
  }),
  success: { 200: Tokens },
  problems: ['ONE_TIME_TOKEN_INVALID', 'QUOTA_EXCEEDED'],
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ body, request, invitations }) => ({
  status: 200,
  body: await invitations.accept(body, request),
}));
