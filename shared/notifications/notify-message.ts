import * as z from 'zod';
import type { OutboxEvent } from '../outbox/event.ts';
import { newId } from '../table/ids.ts';
import { asTenantReference, type Tenant } from '../tenancy/tenant.ts';
import { type NotificationType, notificationTypes } from './catalogue.ts';

/** Asks for one notification for each user of the audience. */
export const NotifyMessage = z.object({
  tenant: z.string().transform(asTenantReference),
  audience: z.union([z.literal('admins'), z.object({ userId: z.string() })]),
  /** A UUIDv7 of the instant, and the id of each notification. Redelivery is idempotent because of it. */
  eventId: z.uuid({ version: 'v7' }),
  type: z.enum(notificationTypes),
  title: z.string(),
  body: z.string(),
  link: z.string().optional(),
});
export type NotifyMessage = z.output<typeof NotifyMessage>;

/** File name of the worker, which names its queue. */
export const notifyWorker = 'notifications/notify';

/** The text of a notification, without markup. */
export interface Notice {
  readonly type: NotificationType;
  /** One line. */
  readonly title: string;
  /** One or two sentences. */
  readonly body: string;
  /** Path of the API that shows the subject, such as `/api/v1/webhooks/<id>`. */
  readonly link?: string;
}

type HandOver = NonNullable<OutboxEvent['handOver']>;

function handOver(tenant: Tenant, audience: NotifyMessage['audience'], notice: Notice): HandOver {
  const message: NotifyMessage = { tenant: tenant.reference, audience, eventId: newId(Date.now()), ...notice };
  return { worker: notifyWorker, message };
}

/**
 * The `handOver` of an event that notifies the workspace's active owners and admins:
 *
 * @example recordEvent(transaction, caller, { action: 'user.join', …, handOver: notifyAdmins(caller.tenant, notice) })
 */
export const notifyAdmins = (tenant: Tenant, notice: Notice): HandOver => handOver(tenant, 'admins', notice);

/** The `handOver` of an event that notifies one user. */
export const notifyUser = (tenant: Tenant, userId: string, notice: Notice): HandOver =>
  handOver(tenant, { userId }, notice);
