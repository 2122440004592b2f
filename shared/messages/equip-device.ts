import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

/** Asks to equip a device with the components of its profile. */
export const EquipMessage = defineMessage(
  'devices/equip',
  z.object({ tenant: z.string().transform(asTenantReference), deviceId: z.string() }),
);
export type EquipMessage = MessageOf<typeof EquipMessage>;
