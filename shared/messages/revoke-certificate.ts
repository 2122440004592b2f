import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to revoke a certificate at the broker. */
export const RevokeMessage = defineMessage(
  'certificates/revoke',
  z.object({
    tenant: z.string().transform(asTenantReference),
    deviceId: z.string(),
    certificateId: z.string(),
  }),
);
export type RevokeMessage = MessageOf<typeof RevokeMessage>;
