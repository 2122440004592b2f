import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantReference } from '../tenancy/tenant.ts';
import { readSyncPlan, type SyncPlanRow, type SyncPlanState } from './record.ts';

const pollMilliseconds = 150;

/** The plan after it has left a state, or as it is when the waiting time is over. */
export async function awaitSyncPlan(
  tenant: TenantReference,
  plan: SyncPlanRow,
  state: SyncPlanState,
  until: number,
): Promise<SyncPlanRow> {
  let seen = plan;
  while (seen.state === state && Date.now() < until) {
    await sleep(pollMilliseconds);
    const row = await readSyncPlan(tenant, plan.id);
    if (!row) throw new Error(`Plan ${plan.id} is gone`);
    seen = row;
  }
  return seen;
}
