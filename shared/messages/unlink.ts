import * as z from 'zod';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks that nothing refer any more to what was deleted. */
export const UnlinkMessage = z.object({
  tenant: z.string().transform(asTenantReference),
  /** Kind and id of what was deleted. */
  kind: z.string(),
  id: z.string(),
});
export type UnlinkMessage = z.output<typeof UnlinkMessage>;

/** File name of the worker, which names its queue. */
export const unlinkWorker = 'references/unlink';
