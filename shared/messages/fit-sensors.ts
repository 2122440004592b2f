import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to fit the sensors of a component to its profile. */
export const FitMessage = defineMessage(
  'components/fit-sensors',
  z.object({ tenant: z.string().transform(asTenantReference), componentId: z.string() }),
);
export type FitMessage = MessageOf<typeof FitMessage>;
