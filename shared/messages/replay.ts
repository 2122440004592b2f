import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to take quarantined items again. A worker that runs out of time sends the message again. */
export const ReplayMessage = defineMessage(
  'quarantine/run-replay',
  z.object({ tenant: z.string().transform(asTenantReference), replayId: z.string() }),
);
export type ReplayMessage = MessageOf<typeof ReplayMessage>;
