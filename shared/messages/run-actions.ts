import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks for the effects of a geofence whose action has fired. `pk` and `sk` are the key of the event's outbox row. */
export const RunActionsMessage = defineMessage(
  'geofences/run-actions',
  z.object({ tenant: z.string().transform(asTenantReference), pk: z.string(), sk: z.string() }),
);
export type RunActionsMessage = MessageOf<typeof RunActionsMessage>;
