import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Invitation } from '../../shared/users/invitation-wire.ts';
import { readInvitations } from '../../shared/users/invitations.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/invitations',
  operationId: 'listInvitations',
  summary: 'List the open invitations, newest first',
  description: 'Lists invitations that can be accepted: not expired, and sent by someone who may still give the role.',
  scope: 'users:read',
  uses: { invitations: readInvitations },
  query: listQuery({}),
  success: { 200: listOf(Invitation, 'snake_case') },
  problems: [],
});

export const handler = serve(route, async ({ page, tenant, invitations }) => ({
  status: 200,
  page: await invitations.list(tenant, page),
}));
