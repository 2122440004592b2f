import * as z from 'zod';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks whether a device that has gone is still away. */
export const GoneMessage = z.object({
  tenant: z.string().transform(asTenantReference),
  deviceId: z.string(),
  /** The session that has ended, as the broker counts. */
  session: z.int(),
});
export type GoneMessage = z.output<typeof GoneMessage>;

/** File name of the worker, which names its queue. */
export const goneWorker = 'devices/settle-presence';
