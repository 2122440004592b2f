import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks that nothing refer any more to what was deleted. */
export const UnlinkMessage = defineMessage(
  'references/unlink',
  z.object({
    tenant: z.string().transform(asTenantReference),
    /** Kind and id of what was deleted. */
    kind: z.string(),
    id: z.string(),
  }),
);
export type UnlinkMessage = MessageOf<typeof UnlinkMessage>;
