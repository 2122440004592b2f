import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type PlanRow, type PlanState, readPlan } from './record.ts';

const pollMilliseconds = 150;

/** The plan after it has left a state, or as it is when the waiting time is over. */
export async function awaitPlan(
  tenant: TenantReference,
  plan: PlanRow,
  state: PlanState,
  until: number,
): Promise<PlanRow> {
  let seen = plan;
  while (seen.state === state && Date.now() < until) {
    await sleep(pollMilliseconds);
    const row = await readPlan(tenant, plan.id);
    if (!row) throw new Error(`Plan ${plan.id} is gone`);
    seen = row;
  }
  return seen;
}
