import * as z from 'zod';
import { roles } from '../../shared/auth/scopes.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { showPage } from '../../shared/table/page.ts';
import { Member, showMember } from '../../shared/users/member-wire.ts';
import { readUsers } from '../../shared/users/users.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/members',
  operationId: 'listMembers',
  summary: 'List the members of the workspace, newest first',
  scope: 'users:read',
  uses: { users: readUsers },
  query: listQuery({ role: z.enum(roles).optional() }),
  success: { 200: listOf(Member, 'snake_case') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, users }) => ({
  status: 200,
  page: showPage(await users.list(tenant, { role: query.role }, page), showMember),
}));
