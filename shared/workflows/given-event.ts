import type * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import { freeObject } from '../wire/free-object.ts';
import { printInstant, strictObject } from '../wire/schema.ts';

/** Events that callers give to start or try a workflow. */

const mostEventBytes = 256 * 1024;

export const GivenEvent = strictObject({ data: freeObject(mostEventBytes) }).meta({
  id: 'WorkflowEvent',
  example: { data: { deviceName: 'Van 7', geofenceName: 'SF Downtown Hub', accuracyMeters: 8 } },
});
export type GivenEvent = z.output<typeof GivenEvent>;

/** The envelope of an event that a caller gives. */
export function envelopeOf({ tenant }: Pick<Caller, 'tenant'>, id: string, type: string, { data }: GivenEvent): string {
  const now = printInstant(Date.now());
  return JSON.stringify({ id: `evt_${id}`, type, workspace_id: tenant.id, occurred_at: now, data });
}
