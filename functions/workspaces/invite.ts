import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { invitedRoles } from '../../shared/users/invitation-record.ts';
import { Invitation } from '../../shared/users/invitation-wire.ts';
import { inviteUsers } from '../../shared/users/invite.ts';
import { Email } from '../../shared/wire/email.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { readOnly, strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/invitations',
  operationId: 'createInvitation',
  summary: 'Invite a person into the workspace by mail',
  description:
    'The token in the mail can be used once, within 7 days. An address that is invited again gets a new mail, and the token in the old one becomes invalid. ' +
    'An invitation is valid only while its sender may still give its role. ' +
    'Limits: 100 invitations per hour, and 5 per hour to one address.',
  scope: 'users:write',
  uses: { invitations: inviteUsers },
  body: strictObject({
    ...whenMade({ email: Email, role: z.enum(invitedRoles) }),
    id: readOnly(),
    status: readOnly(),
    expires_at: readOnly(),
    created_at: readOnly(),
  }).meta({
    id: 'InvitationDraft',
    example: { email: 'ana@example.com', role: 'editor' },
  }),
  success: { 201: Invitation },
  problems: ['EMAIL_TAKEN', 'FORBIDDEN', 'QUOTA_EXCEEDED'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, invitations }) => ({
  status: 201,
  body: await invitations.invite(caller, body, once),
}));
