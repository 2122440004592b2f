import * as z from 'zod';
import { searchQuery } from '../../shared/entity/filters.ts';
import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { queryBoolean } from '../../shared/wire/schema.ts';
import { workflows } from '../../shared/workflows/kind.ts';
import { triggerTypes } from '../../shared/workflows/trigger-types.ts';
import { Workflow } from '../../shared/workflows/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/workflows',
  operationId: 'listWorkflows',
  summary: 'List workflows, newest first',
  scope: 'workflows:read',
  uses: { workflows: lists(workflows) },
  query: listQuery({
    is_active: queryBoolean().optional(),
    trigger_type: z.enum(triggerTypes).optional(),
    search: searchQuery(),
  }),
  success: { 200: listOf(Workflow, 'snake_case') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, workflows }) => ({
  status: 200,
  page: await workflows.list(tenant, query, page),
}));
