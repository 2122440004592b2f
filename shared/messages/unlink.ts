import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to end all references to a deleted entity. */
export const UnlinkMessage = defineMessage(
  'references/unlink',
  z.object({
    tenant: z.string().transform(asTenantReference),
    /** Kind and id of the deleted entity. */
    kind: z.string(),
    id: z.string(),
  }),
);
export type UnlinkMessage = MessageOf<typeof UnlinkMessage>;
