import * as z from 'zod';
import { defineMessage, type MessageOf, type OrderInLine } from '../queue/message.ts';
import { newId } from '../table/ids.ts';
import { asTenantReference, type TenantReference } from '../tenancy/tenant.ts';

/** Asks that a plan be completed with its geocodes, or be applied, as far as the plan is at that. */
export const SyncMessage = defineMessage(
  'geofences/sync',
  z.object({
    tenant: z.string().transform(asTenantReference),
    plan: z.string(),
  }),
);
export type SyncMessage = MessageOf<typeof SyncMessage>;

/** One plan of a workspace after the other. Each request is a message of its own: to come again does no harm. */
export function syncRequest(tenant: TenantReference, plan: string): OrderInLine {
  return { ...SyncMessage.order({ tenant, plan }), group: tenant, name: newId(Date.now()) };
}
