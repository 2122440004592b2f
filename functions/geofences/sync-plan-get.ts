import { listQuery, readPage } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { pageOfSyncPlan, readOperation } from '../../shared/sync/answer.ts';
import { readSyncPlans } from '../../shared/sync/reader.ts';
import { SyncPlan } from '../../shared/sync/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/geofences/sync/plans/{planId}',
  operationId: readOperation,
  summary: 'Read a sync plan and a page of its changes',
  description:
    'Shows the progress of a sync plan and, after it was applied, the outcome of each change. A sync plan is kept for 7 days.',
  scope: 'geofences:write',
  uses: { plans: readSyncPlans },
  query: listQuery({}),
  success: { 200: SyncPlan },
  problems: ['NOT_FOUND', 'CURSOR_INVALID', 'OFFSET_TOO_LARGE'],
});

export const handler = serve(route, async ({ params, query, tenant, request, plans }) => {
  const { limit, offset, cursor } = query;
  const page = readPage(route.operationId, tenant, request, { limit, offset, cursor });
  const plan = await plans.get(tenant, params.planId);
  return { status: 200, ...(await pageOfSyncPlan(plans, tenant, plan, request, page)) };
});
