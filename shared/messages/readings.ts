import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';
import { UnlinkMessage } from './unlink.ts';

/** Asks to fold the readings of an hour of a device into buckets. */
export const FoldMessage = defineMessage(
  'readings/fold',
  z.object({
    tenant: z.string().transform(asTenantReference),
    deviceId: z.string(),
    /** Hours since 1970. */
    hour: z.int(),
  }),
);
export type FoldMessage = MessageOf<typeof FoldMessage>;

/** Asks to remove the buckets of a deleted sensor. */
export const RetireReadingsMessage = defineMessage('readings/retire', UnlinkMessage.schema);
