import * as z from 'zod';
import { keyStatuses } from '../../shared/auth/key-record.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { listKeys } from '../../shared/keys/list.ts';
import { ApiKey } from '../../shared/keys/wire.ts';
import { queryInteger } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/account/api-keys',
  operationId: 'listAccountApiKeys',
  summary: "List the workspace's API keys, newest first",
  scope: 'api_keys:read',
  uses: { keys: listKeys },
  query: listQuery({
    status: z.enum(keyStatuses).optional(),
    expiring_within_days: queryInteger({ min: 1, max: 365 }).optional(),
  }),
  success: { 200: listOf(ApiKey, 'snake_case') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, keys }) => ({
  status: 200,
  page: await keys.list(tenant, { status: query.status, expiringWithinDays: query.expiring_within_days }, page),
}));
