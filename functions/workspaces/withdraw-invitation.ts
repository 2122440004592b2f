import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { withdrawInvitations } from '../../shared/users/withdraw.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/invitations/{id}',
  operationId: 'deleteInvitation',
  summary: 'Withdraw an invitation',
  description: 'The token of the invitation becomes invalid.',
  scope: 'users:delete',
  uses: { invitations: withdrawInvitations },
  success: { 204: null },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, invitations }) => {
  await invitations.withdraw(caller, params.id);
  return { status: 204 };
});
