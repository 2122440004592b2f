import * as z from 'zod';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks for the removal of a fence's stale postings, as they were after index version `indexVersion`. */
export const SweepMessage = z.object({
  tenant: z.string().transform(asTenantReference),
  geofenceId: z.string(),
  indexVersion: z.int(),
});

/** File name of the worker, which names its queue. */
export const sweepWorker = 'geofences/sweep-cells';
