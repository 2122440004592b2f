import * as z from 'zod';
import { roles } from '../../shared/auth/scopes.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { showPage } from '../../shared/table/page.ts';
import { showUser, User, userStatuses } from '../../shared/users/user-wire.ts';
import { readUsers } from '../../shared/users/users.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/users',
  operationId: 'listUsers',
  summary: 'List the users of the workspace, newest first',
  prefer: 'GET /api/v1/workspaces/members',
  scope: 'users:read',
  uses: { users: readUsers },
  query: listQuery({ role: z.enum(roles).optional(), status: z.enum(userStatuses).optional() }, { skip: true }),
  success: { 200: listOf(User, 'bare') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, users }) => ({
  status: 200,
  page: showPage(await users.list(tenant, query, page), (row) => showUser(tenant, row)),
}));
