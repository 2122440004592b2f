import { type NotificationType, NotifyMessage } from '../messages/notify.ts';
import type { Order } from '../queue/message.ts';
import { newId } from '../table/ids.ts';
import type { Tenant } from '../tenancy/tenant.ts';

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

const orderOf = (tenant: Tenant, audience: NotifyMessage['audience'], notice: Notice): Order =>
  NotifyMessage.order({ tenant: tenant.reference, audience, eventId: newId(Date.now()), ...notice });

/**
 * Tells the workspace's active owners and admins, as one of an event's orders:
 *
 * @example recordEvent(transaction, caller, { action: 'user.join', …, handOver: [notifyAdmins(caller.tenant, notice)] })
 */
export const notifyAdmins = (tenant: Tenant, notice: Notice): Order => orderOf(tenant, 'admins', notice);

/** Tells one user, as one of an event's orders. */
export const notifyUser = (tenant: Tenant, userId: string, notice: Notice): Order =>
  orderOf(tenant, { userId }, notice);
