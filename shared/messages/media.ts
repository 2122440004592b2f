import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to look after a file, or after all files that wait for one submission, and to do what is missing. */
export const TendMediaMessage = defineMessage(
  'media/tend',
  z.object({
    tenant: z.string().transform(asTenantReference),
    mediaId: z.string().optional(),
    localUuid: z.string().optional(),
  }),
);
export type TendMediaMessage = MessageOf<typeof TendMediaMessage>;
