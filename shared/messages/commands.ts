import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

const device = { tenant: z.string().transform(asTenantReference), deviceId: z.string() };

/** Asks that commands be sent to a device: one, or all that are still open. */
export const SendMessage = defineMessage('commands/send', z.object({ ...device, commandId: z.string().optional() }));
export type SendMessage = MessageOf<typeof SendMessage>;

/** The time of a command is over. */
export const TimeoutMessage = defineMessage('commands/time-out', z.object({ ...device, commandId: z.string() }));
export type TimeoutMessage = MessageOf<typeof TimeoutMessage>;
