import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks whether a device that has gone is still away. */
export const GoneMessage = defineMessage(
  'devices/settle-presence',
  z.object({
    tenant: z.string().transform(asTenantReference),
    deviceId: z.string(),
    /** The session that has ended, as the broker counts. */
    session: z.int(),
  }),
);
export type GoneMessage = MessageOf<typeof GoneMessage>;
