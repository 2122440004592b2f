import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to remove what is left of a deleted form. */
export const SweepFormMessage = defineMessage(
  'forms/sweep',
  z.object({
    tenant: z.string().transform(asTenantReference),
    formId: z.string(),
  }),
);
export type SweepFormMessage = MessageOf<typeof SweepFormMessage>;
