import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

const certificate = { tenant: z.string().transform(asTenantReference), deviceId: z.string() };

/** Something is due for a certificate or for a rotation. */
export const TendMessage = defineMessage(
  'certificates/tend',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('expiring'), ...certificate, certificateId: z.string(), days: z.int() }),
    z.object({ kind: z.literal('expired'), ...certificate, certificateId: z.string() }),
    z.object({ kind: z.literal('stalled'), ...certificate, rotation: z.string() }),
    z.object({ kind: z.literal('ended'), ...certificate, rotation: z.string() }),
  ]),
);
export type TendMessage = MessageOf<typeof TendMessage>;
