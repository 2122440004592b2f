import * as z from 'zod';
import { newId } from '../table/ids.ts';
import { asTenantReference, type TenantReference } from '../tenancy/tenant.ts';

/** Asks that a plan be completed with its geocodes, or be applied, as far as the plan is at that. */
export const SyncMessage = z.object({
  tenant: z.string().transform(asTenantReference),
  plan: z.string(),
});
export type SyncMessage = z.output<typeof SyncMessage>;

/** File name of the worker, which names its queue. */
export const syncWorker = 'geofences/sync';

/** One plan of a workspace after the other. Each request is a message of its own: to come again does no harm. */
export function syncRequest(tenant: TenantReference, plan: string) {
  const message: SyncMessage = { tenant, plan };
  return { worker: syncWorker, message, group: tenant, name: newId(Date.now()) };
}
