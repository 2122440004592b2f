import * as z from 'zod';
import { defineMessage, type MessageOf, type OrderInLine } from '../queue/message.ts';
import { asTenantReference, type TenantReference } from '../tenancy/tenant.ts';

/** Asks for the decision and the writes of a batch. */
export const DecideMessage = defineMessage(
  'geofences/decide-batch',
  z.object({
    tenant: z.string().transform(asTenantReference),
    batch: z.string(),
    /** Decide with the geocodes that exist: the caller no longer waits for the others. */
    late: z.boolean(),
  }),
);
export type DecideMessage = MessageOf<typeof DecideMessage>;

/**
 * The batches of a workspace are decided and written one after the other, so that none misses the fences of another.
 */
export function decideRequest(tenant: TenantReference, batch: string, late: boolean): OrderInLine {
  const order = DecideMessage.order({ tenant, batch, late });
  return { ...order, group: tenant, name: late ? `${batch}-late` : batch };
}
