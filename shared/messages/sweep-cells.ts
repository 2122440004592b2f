import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to remove the postings of a fence that were stale after index version `indexVersion`. */
export const SweepMessage = defineMessage(
  'geofences/sweep-cells',
  z.object({
    tenant: z.string().transform(asTenantReference),
    geofenceId: z.string(),
    indexVersion: z.int(),
  }),
);
export type SweepMessage = MessageOf<typeof SweepMessage>;
