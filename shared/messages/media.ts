import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to do what is due for a file, or to link the files that wait for one submission. */
export const TendMediaMessage = defineMessage(
  'media/tend',
  z.object({
    tenant: z.string().transform(asTenantReference),
    mediaId: z.string().optional(),
    localUuid: z.string().optional(),
  }),
);
export type TendMediaMessage = MessageOf<typeof TendMediaMessage>;
