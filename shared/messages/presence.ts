import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to check whether a device that has disconnected is still away. */
export const GoneMessage = defineMessage(
  'devices/settle-presence',
  z.object({
    tenant: z.string().transform(asTenantReference),
    deviceId: z.string(),
    /** The number of the session that has ended. */
    session: z.int(),
  }),
);
export type GoneMessage = MessageOf<typeof GoneMessage>;
