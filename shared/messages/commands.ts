import * as z from 'zod';
import { asTenantReference } from '../tenancy/tenant.ts';

const device = { tenant: z.string().transform(asTenantReference), deviceId: z.string() };

/** Asks that commands be sent to a device: one, or all that are still open. */
export const SendMessage = z.object({ ...device, commandId: z.string().optional() });
export type SendMessage = z.output<typeof SendMessage>;

/** File name of the worker, which names its queue. */
export const sendWorker = 'commands/send';

/** The time of a command is over. */
export const TimeoutMessage = z.object({ ...device, commandId: z.string() });
export type TimeoutMessage = z.output<typeof TimeoutMessage>;

/** File name of the worker, which names its queue. */
export const timeoutWorker = 'commands/time-out';
