import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to revoke the phones of a user who was disabled or deleted. Their tokens are refused already. */
export const RevokePhonesMessage = defineMessage(
  'mobile/revoke-phones',
  z.object({
    tenant: z.string().transform(asTenantReference),
    userId: z.string(),
  }),
);
export type RevokePhonesMessage = MessageOf<typeof RevokePhonesMessage>;
