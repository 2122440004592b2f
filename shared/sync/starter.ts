import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { geofenceQuota } from '../geofences/quota.ts';
import type { Once } from '../http/once.ts';
import { SyncMessage, syncRequest } from '../messages/sync.ts';
import { problem } from '../problems/problem.ts';
import { sendInLine } from '../queue/sender.ts';
import { requireRoom } from '../quota/reserve.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { syncPlanOf } from './reader.ts';
import { isExpired, moveSyncPlan, type SyncPlanRow } from './record.ts';
import { verifySyncPlan } from './verification.ts';
import { awaitSyncPlan } from './waiting.ts';

/** Has a sync plan applied once. */
class SyncStarter {
  /**
   * @param until how long the request waits, in milliseconds since 1970
   * @returns the plan, which may be `APPLYING`
   */
  async apply(
    caller: Caller,
    id: string,
    { objectId: once }: Pick<Once, 'objectId'>,
    until: number,
  ): Promise<SyncPlanRow> {
    const { reference } = caller.tenant;
    const plan = await syncPlanOf(caller.tenant, id);
    requireDelete(caller, plan);
    if (isExpired(plan)) {
      throw problem('SYNC_PLAN_EXPIRED', 'A sync plan may be applied for 24 hours, which are over: make a new one.');
    }
    if (plan.state === 'APPLIED') return plan;
    const begun = plan.state === 'READY' ? await this.#begin(caller, plan, once) : plan;
    if (begun.state === 'APPLYING') await send(reference, id);
    if (begun.state !== 'APPLIED' && begun.applier?.once !== once) throw notReady(begun);
    return await awaitSyncPlan(reference, begun, 'APPLYING', until);
  }

  /** The plan after this request, or a faster one, has begun to apply it. */
  async #begin(caller: Caller, plan: SyncPlanRow, once: string): Promise<SyncPlanRow> {
    const { tenant, principal, address, requestId } = caller;
    await verifySyncPlan(caller, plan);
    // Deletions are made first and release quota.
    const more = plan.counts.create - plan.counts.delete;
    if (more > 0) await requireRoom(tenant, geofenceQuota, more);
    const applier = { principal, address, requestId, scopes: [...caller.scopes], once };
    const moved = await moveSyncPlan(tenant.reference, plan, { state: 'APPLYING', applier });
    return moved ?? (await syncPlanOf(tenant, plan.id));
  }
}

/**
 * Sends the message on every request, because the request that moved the plan may have crashed before it sent the
 * message.
 */
async function send(tenant: TenantReference, id: string): Promise<void> {
  await sendInLine(syncRequest(tenant, id));
}

function requireDelete({ scopes }: Caller, { counts }: SyncPlanRow): void {
  const scope = 'geofences:delete';
  if (counts.delete === 0 || scopes.has(scope)) return;
  const detail = `This sync plan deletes geofences, which needs the scope "${scope}".`;
  throw problem('SCOPE_MISSING', detail, { required_scope: scope });
}

function notReady({ state }: SyncPlanRow) {
  const detail = `The sync plan is ${state}: it can be applied once it is READY, and only once.`;
  return problem('INVALID_TRANSITION', detail, { from: state, to: 'APPLYING' });
}

export const applySync = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'], access: ['GetItem', 'UpdateItem'] },
  sendsTo: [SyncMessage],
  open: () => new SyncStarter(),
});
