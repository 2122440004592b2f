import * as z from 'zod';
import { defineMessage, type MessageOf, type OrderInLine } from '../queue/message.ts';
import { newId } from '../table/ids.ts';
import { asTenantReference, type TenantReference } from '../tenancy/tenant.ts';

/** Asks to add the geocoded places to a sync plan, or to apply it; the state of the sync plan determines which. */
export const SyncMessage = defineMessage(
  'geofences/sync',
  z.object({
    tenant: z.string().transform(asTenantReference),
    plan: z.string(),
  }),
);
export type SyncMessage = MessageOf<typeof SyncMessage>;

/**
 * The sync plans of a workspace are handled one after the other. Each request is a message of its own; a redelivery has
 * no further effect.
 */
export function syncRequest(tenant: TenantReference, plan: string): OrderInLine {
  return { ...SyncMessage.order({ tenant, plan }), group: tenant, name: newId(Date.now()) };
}
