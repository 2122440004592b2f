import { accountOf } from '../../shared/auth/person.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Account, showAccount } from '../../shared/users/account-wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/account/me',
  operationId: 'getAccount',
  summary: 'Get your account',
  scope: 'account:read',
  uses: {},
  success: { 200: Account },
  entityTag: false,
  problems: ['FORBIDDEN'],
});

export const handler = serve(route, async ({ caller, tenant }) => ({
  status: 200,
  body: showAccount(tenant, accountOf(caller)),
}));
