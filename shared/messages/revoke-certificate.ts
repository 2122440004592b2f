import * as z from 'zod';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks that the broker refuse a certificate that has ended. */
export const RevokeMessage = z.object({
  tenant: z.string().transform(asTenantReference),
  deviceId: z.string(),
  certificateId: z.string(),
});
export type RevokeMessage = z.output<typeof RevokeMessage>;

/** File name of the worker, which names its queue. */
export const revokeWorker = 'certificates/revoke';
