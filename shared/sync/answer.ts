import { linkedPage, type PageRequest, type PageResult } from '../http/list.ts';
import type { HttpRequest } from '../http/request.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type SyncChanges, showSyncPlan } from './reader.ts';
import type { SyncPlanRow } from './record.ts';
import type { ShownChange, ShownSyncPlan } from './wire.ts';

/** Responses that show a sync plan with a page of its changes. */

/** Cursors belong to this operation, even when another operation returns the first page. */
export const readOperation = 'getSyncPlan';

interface SyncPlanAnswer {
  readonly body: ShownSyncPlan;
  readonly headers: Record<string, string>;
}

/** The response to a request that reads: the page that it asks for. */
export async function pageOfSyncPlan(
  plans: SyncChanges,
  tenant: Tenant,
  plan: SyncPlanRow,
  request: HttpRequest,
  page: PageRequest,
): Promise<SyncPlanAnswer> {
  return answer(plan, tenant, request, page, await plans.changes(tenant, plan, page));
}

const firstPage: PageRequest = { limit: 50, offset: 0, after: undefined, counted: true };

/** The response to a request that acts: the first page, and the address at which the plan can be read. */
export async function firstOfSyncPlan(
  plans: SyncChanges,
  tenant: Tenant,
  plan: SyncPlanRow,
  request: HttpRequest,
): Promise<SyncPlanAnswer> {
  const path = `/api/v1/geofences/sync/plans/${plan.id}`;
  const read = { ...request, path, params: { planId: plan.id }, query: {}, parsedQuery: {}, rawQuery: '' };
  const found = short(await plans.changes(tenant, plan, firstPage));
  const { body, headers } = answer(plan, tenant, read, firstPage, found);
  return { body, headers: { ...headers, Location: request.origin + path } };
}

function answer(
  plan: SyncPlanRow,
  tenant: Tenant,
  request: HttpRequest,
  page: PageRequest,
  found: PageResult<ShownChange>,
): SyncPlanAnswer {
  const { items: changes, cursor: nextCursor, headers } = linkedPage(readOperation, tenant, request, page, found);
  return { body: { ...showSyncPlan(plan), changes, nextCursor }, headers };
}

/** The most bytes of changes, as JSON, in such a response. It may be stored in one row as an idempotency record. */
const mostBytes = 256 * 1024;

function short(page: PageResult<ShownChange>): PageResult<ShownChange> {
  let bytes = 0;
  const beyond = page.rows.findIndex(({ item }) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return bytes > mostBytes;
  });
  return beyond < 1 ? page : { ...page, rows: page.rows.slice(0, beyond), more: true };
}
