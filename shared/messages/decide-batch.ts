import * as z from 'zod';
import { asTenantReference, type TenantReference } from '../tenancy/tenant.ts';

/** Asks that a batch be decided and written. */
export const DecideMessage = z.object({
  tenant: z.string().transform(asTenantReference),
  batch: z.string(),
  /** Decide with the geocodes that have come: the caller waits no longer for the others. */
  late: z.boolean(),
});
export type DecideMessage = z.output<typeof DecideMessage>;

/** File name of the worker, which names its queue. */
export const decideWorker = 'geofences/decide-batch';

/** One batch of a workspace is decided and written after the other, so that none overlooks the fences of another. */
export function decideRequest(tenant: TenantReference, batch: string, late: boolean) {
  const message: DecideMessage = { tenant, batch, late };
  return { worker: decideWorker, message, group: tenant, name: late ? `${batch}-late` : batch };
}
