import * as z from 'zod';
import { Password } from '../../shared/auth/password-policy.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { signUpOwners } from '../../shared/sessions/sign-up.ts';
import { tenantOf } from '../../shared/tenancy/workspace-record.ts';
import { Name } from '../../shared/users/account-wire.ts';
import { showUser, User } from '../../shared/users/user-wire.ts';
import { Email } from '../../shared/wire/email.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';
import { label } from '../../shared/wire/text.ts';
import { showWorkspace, Workspace } from '../../shared/workspaces/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/signup',
  operationId: 'signUp',
  summary: 'Create your own workspace, if the deployment allows it',
  description:
    'The workspace has plan `free`, and you are its owner. A mail for verifying the address is sent; sign in with `POST /auth/login`. Limits: 10 requests per hour for each network, and 5 per hour for each e-mail address.',
  scope: 'public',
  uses: { registration: signUpOwners },
  body: strictObject(
    whenMade({ email: Email, password: Password, name: Name.default(''), workspace_name: label(120) }),
  ).meta({
    id: 'SignUpRequest',
    example: { email: 'ana@example.com', password: 'Pass123!', name: 'Ana Ruiz', workspace_name: 'Acme' },
  }),
  success: { 201: z.object({ user: User, workspace: Workspace }).meta({ id: 'SignedUp' }) },
  problems: ['SIGNUP_DISABLED', 'RATE_LIMIT_EXCEEDED'],
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ body, request, registration }) => {
  const { workspace_name: workspaceName, ...person } = body;
  const { owner, workspace } = await registration.signUp({ ...person, workspaceName }, request);
  return { status: 201, body: { user: showUser(tenantOf(workspace), owner), workspace: showWorkspace(workspace) } };
});
