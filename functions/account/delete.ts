import { personOf } from '../../shared/auth/person.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { leaveWorkspace } from '../../shared/users/remove.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/account/me',
  operationId: 'deleteAccount',
  summary: 'Delete your account permanently',
  description: 'Personal fields are erased and all of your sessions end. What you created stays in the workspace.',
  scope: 'account:write',
  uses: { workspace: leaveWorkspace },
  success: { 204: null },
  problems: ['FORBIDDEN', 'NOT_FOUND', 'PRECONDITION_FAILED', 'LAST_OWNER'],
});

export const handler = serve(route, async ({ caller, ifMatch, workspace }) => {
  await workspace.leave(caller, personOf(caller).id, ifMatch);
  return { status: 204 };
});
