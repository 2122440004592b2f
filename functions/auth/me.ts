import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { Me, showMe } from '../../shared/users/me.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/auth/me',
  operationId: 'getMe',
  summary: 'Show whose credential this is and what it may do',
  scope: 'any',
  uses: {},
  success: { 200: Me },
  problems: [],
});

export const handler = serve(route, async ({ caller }) => ({ status: 200, body: showMe(caller) }));
