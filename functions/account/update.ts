import { personOf } from '../../shared/auth/person.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { changeAccount } from '../../shared/users/account.ts';
import { Account, AccountPatch } from '../../shared/users/account-wire.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/account/me',
  operationId: 'updateAccount',
  summary: 'Change the given fields of your account',
  description:
    'Absent fields stay as they are, and so does each absent notification preference; `null` resets a field to its default.',
  scope: 'account:write',
  uses: { account: changeAccount },
  body: AccountPatch,
  success: { 200: Account },
  entityTag: false,
  problems: ['FORBIDDEN', 'NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ body, caller, ifMatch, account }) => ({
  status: 200,
  body: await account.change(caller, personOf(caller).id, body, ifMatch),
}));
