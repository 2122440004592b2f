import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks for the geocodes of one chunk of a run. */
export const ChunkMessage = defineMessage(
  'geocoding/geocode',
  z.object({
    tenant: z.string().transform(asTenantReference),
    run: z.string(),
    chunk: z.int(),
  }),
);
export type ChunkMessage = MessageOf<typeof ChunkMessage>;
