import * as z from 'zod';
import { defineMessage, type MessageOf, type OrderInLine } from '../queue/message.ts';
import { asTenantReference, type TenantReference } from '../tenancy/tenant.ts';

/** Asks that a batch be decided and written. */
export const DecideMessage = defineMessage(
  'geofences/decide-batch',
  z.object({
    tenant: z.string().transform(asTenantReference),
    batch: z.string(),
    /** Decide with the geocodes that have come: the caller waits no longer for the others. */
    late: z.boolean(),
  }),
);
export type DecideMessage = MessageOf<typeof DecideMessage>;

/** One batch of a workspace is decided and written after the other, so that none overlooks the fences of another. */
export function decideRequest(tenant: TenantReference, batch: string, late: boolean): OrderInLine {
  const order = DecideMessage.order({ tenant, batch, late });
  return { ...order, group: tenant, name: late ? `${batch}-late` : batch };
}
