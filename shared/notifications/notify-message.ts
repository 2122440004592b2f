import * as z from 'zod';
import type { HandOver } from '../outbox/event.ts';
import { newId } from '../table/ids.ts';
import { asTenantReference, type Tenant } from '../tenancy/tenant.ts';
import { type NotificationType, notificationTypes } from './catalogue.ts';

/** Asks for one notification for each of its audience. */
export const NotifyMessage = z.object({
  tenant: z.string().transform(asTenantReference),
  audience: z.union([z.literal('admins'), z.object({ userId: z.string() })]),
  /** A UUIDv7 of the instant, and the id of each notification: however often the message comes, it is one for each. */
  eventId: z.uuid({ version: 'v7' }),
  type: z.enum(notificationTypes),
  title: z.string(),
  body: z.string(),
  link: z.string().optional(),
});
export type NotifyMessage = z.output<typeof NotifyMessage>;

/** File name of the worker, which names its queue. */
export const notifyWorker = 'notifications/notify';

/** What a notification says, in plain text. */
export interface Notice {
  readonly type: NotificationType;
  /** A line. */
  readonly title: string;
  /** A sentence or two. */
  readonly body: string;
  /** Path of the API where the matter is seen, such as `/api/v1/webhooks/<id>`. */
  readonly link?: string;
}

function handOver(tenant: Tenant, audience: NotifyMessage['audience'], notice: Notice): HandOver {
  const message: NotifyMessage = { tenant: tenant.reference, audience, eventId: newId(Date.now()), ...notice };
  return { worker: notifyWorker, message };
}

/**
 * Tells the workspace's active owners and admins, as the event's `handOver`:
 *
 * @example recordEvent(transaction, caller, { action: 'user.join', …, handOver: notifyAdmins(caller.tenant, notice) })
 */
export const notifyAdmins = (tenant: Tenant, notice: Notice): HandOver => handOver(tenant, 'admins', notice);

/** Tells one user, as the event's `handOver`. */
export const notifyUser = (tenant: Tenant, userId: string, notice: Notice): HandOver =>
  handOver(tenant, { userId }, notice);
