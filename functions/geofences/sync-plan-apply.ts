import { acceptedHeaders, waitsUntil } from '../../shared/http/request.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { firstOfSyncPlan } from '../../shared/sync/answer.ts';
import { readSyncChanges } from '../../shared/sync/reader.ts';
import { applySync } from '../../shared/sync/starter.ts';
import { SyncPlan } from '../../shared/sync/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences/sync/plans/{planId}/apply',
  operationId: 'applySyncPlan',
  summary: 'Apply a sync plan',
  description:
    'Makes the changes of a sync plan that is `READY`, beginning with the deletions. Makes none of them if a geofence of the plan has changed since. ' +
    'A sync plan that deletes needs the scope `geofences:delete` too. Answers 202 if this takes longer than 20 seconds, or at once with `Prefer: respond-async`. ' +
    'If a geofence changes while the plan is applied, its own change is `failed`. Applying a sync plan is idempotent.',
  scope: 'geofences:write',
  uses: { applies: applySync, plans: readSyncChanges },
  success: { 200: SyncPlan, 202: SyncPlan },
  problems: ['NOT_FOUND', 'SYNC_PLAN_STALE', 'INVALID_TRANSITION', 'SYNC_PLAN_EXPIRED', 'QUOTA_EXCEEDED'],
  idempotent: true,
  respondsAsync: true,
  memoryMegabytes: 1024,
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ params, caller, tenant, once, applies, plans, request }) => {
  const plan = await applies.apply(caller, params.planId, once, waitsUntil(request));
  const { body, headers } = await firstOfSyncPlan(plans, tenant, plan, request);
  if (plan.state === 'APPLIED') return { status: 200, body, headers };
  return { status: 202, body, headers: { ...headers, ...acceptedHeaders(request) } };
});
