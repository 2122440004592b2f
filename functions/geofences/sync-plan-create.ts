import { lookUpLimit } from '../../shared/geocoding/budget.ts';
import { acceptedHeaders, waitsUntil } from '../../shared/http/request.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { firstOfSyncPlan } from '../../shared/sync/answer.ts';
import { planSync } from '../../shared/sync/planner.ts';
import { readSyncChanges } from '../../shared/sync/reader.ts';
import { mostItems, SyncPlan, SyncPlanRequest } from '../../shared/sync/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences/sync/plans',
  operationId: 'createSyncPlan',
  summary: 'Plan a synchronisation by external id',
  description:
    'Compares a list of sites with the stored geofences and lists what would be created, changed and deleted; nothing is written until the sync plan is applied. ' +
    'Answers 202 if addresses are still being looked up after 20 seconds, or at once with `Prefer: respond-async`. ' +
    lookUpLimit,
  scope: 'geofences:write',
  batch: { field: 'items', most: () => mostItems },
  uses: { planner: planSync, plans: readSyncChanges },
  body: SyncPlanRequest,
  success: { 201: SyncPlan, 202: SyncPlan },
  problems: ['FEATURE_NOT_ENABLED', 'DELETE_GUARD'],
  idempotent: true,
  respondsAsync: true,
  memoryMegabytes: 1024,
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ body: given, caller, tenant, once, planner, plans, request }) => {
  const plan = await planner.plan(caller, given, once, waitsUntil(request));
  const { body, headers } = await firstOfSyncPlan(plans, tenant, plan, request);
  if (plan.state !== 'COMPUTING') return { status: 201, body, headers };
  return { status: 202, body, headers: { ...headers, ...acceptedHeaders(request) } };
});
