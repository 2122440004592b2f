import { defineCapability } from '../capability/capability.ts';
import { notFound } from '../problems/problem.ts';
import type { PageRequest, PageResult } from '../table/page.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';
import type { Change } from './change.ts';
import { readChanges, total } from './changes.ts';
import { type Outcome, readOutcomes } from './outcome.ts';
import { isExpired, readSyncPlan, type SyncPlanRow } from './record.ts';
import type { ShownChange, ShownSyncPlan } from './wire.ts';

/** @throws NOT_FOUND */
export async function syncPlanOf({ reference }: Tenant, id: string): Promise<SyncPlanRow> {
  const plan = await readSyncPlan(reference, id);
  if (!plan) throw notFound('sync plan');
  return plan;
}

/**
 * The most bytes of changes that are read for a page. A response contains less, so the list cuts the rest; otherwise,
 * shapes with the most positions would fill the memory.
 */
const mostBytes = 4 * 1024 * 1024;

/** A page of changes with their outcomes; empty while they are being computed. List positions are change numbers. */
async function changes({ reference }: Tenant, plan: SyncPlanRow, page: PageRequest): Promise<PageResult<ShownChange>> {
  const all = plan.state === 'COMPUTING' ? 0 : total(plan);
  const from = (page.after === undefined ? 0 : Number(page.after) + 1) + page.offset;
  const to = Math.min(all, from + page.limit);
  const applied = plan.state === 'APPLYING' || plan.state === 'APPLIED';
  const outcomes = applied && from < to ? await readOutcomes(reference, plan, from, to - 1) : new Map();
  const rows: { position: string; item: ShownChange }[] = [];
  let bytes = 0;
  for await (const changes of from < to ? readChanges(reference, plan, [from, to]) : []) {
    for (const { number, change } of changes) {
      rows.push({ position: String(number), item: showChange(change, outcomes.get(number)) });
      bytes += Buffer.byteLength(JSON.stringify(change));
    }
    if (bytes > mostBytes) break;
  }
  return { rows, more: from + rows.length < all, total: page.counted ? all : undefined, totalCapped: false };
}

function showChange(change: Change, outcome: Outcome | undefined): ShownChange {
  const { op, externalId } = change;
  if (change.op === 'error') {
    const { errorCode, message } = change;
    return { externalId, op, geofenceId: null, fromVersion: null, diff: {}, errorCode, message };
  }
  const { geofenceId, fromVersion } = change.op === 'create' ? { geofenceId: null, fromVersion: null } : change;
  const diff = Object.fromEntries(Object.entries(change.diff).map(([field, pair]) => [field, [...pair]]));
  return { externalId, op, geofenceId, fromVersion, diff, ...(outcome ? showOutcome(outcome) : {}) };
}

function showOutcome(outcome: Outcome): Partial<ShownChange> {
  const { result } = outcome;
  if (result === 'failed') return { result, message: outcome.message };
  return { result, ...(outcome.geofenceId === undefined ? {} : { geofenceId: outcome.geofenceId }) };
}

/** A sync plan without its changes. */
export function showSyncPlan(plan: SyncPlanRow): Omit<ShownSyncPlan, 'changes' | 'nextCursor'> {
  return {
    planId: plan.id,
    status: isExpired(plan) ? 'EXPIRED' : plan.state,
    createdAt: printInstant(plan.createdAt),
    expiresAt: printInstant(plan.expiresAt),
    appliedAt: printInstantOrNull(plan.appliedAt),
    counts: plan.counts,
  };
}

/** The changes of a sync plan that is known. */
export const readSyncChanges = defineCapability({
  tables: { main: ['BatchGetItem', 'Query'] },
  open: () => ({ changes }),
});
export type SyncChanges = ReturnType<typeof readSyncChanges.open>;

export const readSyncPlans = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  open: () => ({ get: syncPlanOf, changes }),
});
