import * as z from 'zod';
import { Password } from '../../shared/auth/password-policy.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Name } from '../../shared/users/account-wire.ts';
import { createUsers } from '../../shared/users/create.ts';
import { invitedRoles } from '../../shared/users/invitation-record.ts';
import { User } from '../../shared/users/user-wire.ts';
import { Email } from '../../shared/wire/email.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { readOnly, strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/users',
  operationId: 'createUser',
  summary: 'Create a user who can sign in at once',
  description: 'The address counts as verified. To make a user an owner, use `PATCH /workspaces/members/{user_id}`.',
  prefer: 'POST /api/v1/workspaces/invitations',
  scope: 'users:write',
  uses: { users: createUsers },
  body: strictObject({
    ...whenMade({ email: Email, password: Password, role: z.enum(invitedRoles), name: Name.default('') }),
    id: readOnly(),
    status: readOnly(),
    email_verified: readOnly(),
    workspace_id: readOnly(),
    created_at: readOnly(),
    last_login_at: readOnly(),
  }).meta({ id: 'UserDraft', example: { email: 'worker@org.com', password: 'Pass123!', role: 'field_worker' } }),
  success: { 201: User },
  problems: ['EMAIL_TAKEN', 'FORBIDDEN', 'QUOTA_EXCEEDED'],
  idempotent: true,
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ body, caller, once, users }) => ({
  status: 201,
  body: await users.create(caller, body, once),
}));
