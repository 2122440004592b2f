import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

const device = { tenant: z.string().transform(asTenantReference), deviceId: z.string() };

/** Asks to send commands to a device: one of them, or all that are open. */
export const SendMessage = defineMessage('commands/send', z.object({ ...device, commandId: z.string().optional() }));
export type SendMessage = MessageOf<typeof SendMessage>;

/** The deadline of a command has passed. */
export const TimeoutMessage = defineMessage('commands/time-out', z.object({ ...device, commandId: z.string() }));
export type TimeoutMessage = MessageOf<typeof TimeoutMessage>;
