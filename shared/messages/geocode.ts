import * as z from 'zod';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks for the addresses of one chunk of a run. */
export const ChunkMessage = z.object({
  tenant: z.string().transform(asTenantReference),
  run: z.string(),
  chunk: z.int(),
});
export type ChunkMessage = z.output<typeof ChunkMessage>;

/** File name of the worker, which names its queue. */
export const geocodeWorker = 'geocoding/geocode';
