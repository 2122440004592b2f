import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to give the sensors of a component what its profile says of them. */
export const FitMessage = defineMessage(
  'components/fit-sensors',
  z.object({ tenant: z.string().transform(asTenantReference), componentId: z.string() }),
);
export type FitMessage = MessageOf<typeof FitMessage>;
