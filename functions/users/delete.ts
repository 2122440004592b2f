import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { removeUsers } from '../../shared/users/remove.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/users/{user_id}',
  operationId: 'deleteUser',
  summary: 'Remove a user from the workspace permanently',
  description: 'All sessions of the user end, and the user can no longer sign in. What the user created stays.',
  prefer: 'DELETE /api/v1/workspaces/members/{user_id}',
  scope: 'users:delete',
  uses: { users: removeUsers },
  success: { 204: null },
  problems: ['NOT_FOUND', 'SELF_DELETE', 'LAST_OWNER', 'FORBIDDEN'],
});

export const handler = serve(route, async ({ params, caller, users }) => {
  await users.remove(caller, params.user_id);
  return { status: 204 };
});
