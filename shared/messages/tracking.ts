import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';
import { DeviceMessage } from './device-message.ts';

const device = { tenant: z.string().transform(asTenantReference), deviceId: z.string() };

const Fix = z.object({
  at: z.number(),
  latitude: z.number(),
  longitude: z.number(),
  accuracyMeters: z.number().nullable(),
  receivedAt: z.number(),
});

/** Points of one device that were accepted and are not stored yet. */
export const PointsMessage = defineMessage(
  'devices/ingest-points',
  z.object({
    ...device,
    receivedAt: z.number(),
    /** With their other fields as JSON. */
    points: z.array(z.object({ fix: Fix, more: z.string().optional() })),
  }),
);
export type PointsMessage = MessageOf<typeof PointsMessage>;

/** Points that devices send. */
export const LocationMessage = defineMessage('devices/take-locations', DeviceMessage);

/** A device whose timers are due. */
export const TimerMessage = defineMessage('devices/fire-timers', z.object(device));
export type TimerMessage = MessageOf<typeof TimerMessage>;
