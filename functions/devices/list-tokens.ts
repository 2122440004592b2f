import * as z from 'zod';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { listTokens } from '../../shared/registration/list.ts';
import { ListedToken, tokenStatuses } from '../../shared/registration/token.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/registration/tokens',
  operationId: 'listRegistrationTokens',
  summary: 'List registration tokens, newest first',
  description: 'The list shows no secret. A token stays in it for 90 days after it has expired.',
  scope: 'devices:provision',
  uses: { tokens: listTokens },
  query: listQuery({ status: z.enum(tokenStatuses).optional() }),
  success: { 200: listOf(ListedToken, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, tokens }) => ({
  status: 200,
  page: await tokens.list(tenant, query.status, page),
}));
