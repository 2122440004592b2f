import { type NotificationType, NotifyMessage } from '../messages/notify.ts';
import type { Order } from '../queue/message.ts';
import { newId } from '../table/ids.ts';
import type { Tenant } from '../tenancy/tenant.ts';

/** The content of a notification, as plain text. */
export interface Notice {
  readonly type: NotificationType;
  /** One line. */
  readonly title: string;
  /** One or two sentences. */
  readonly body: string;
  /** The path of the API that shows the subject, such as `/api/v1/webhooks/<id>`. */
  readonly link?: string;
}

const orderOf = (tenant: Tenant, audience: NotifyMessage['audience'], notice: Notice): Order =>
  NotifyMessage.order({ tenant: tenant.reference, audience, eventId: newId(Date.now()), ...notice });

/**
 * Notifies the active owners and admins of the workspace, as one of an event's orders:
 *
 * @example recordEvent(transaction, caller, { action: 'user.join', …, handOver: [notifyAdmins(caller.tenant, notice)]
 *   })
 */
export const notifyAdmins = (tenant: Tenant, notice: Notice): Order => orderOf(tenant, 'admins', notice);

/** Notifies one user, as one of an event's orders. */
export const notifyUser = (tenant: Tenant, userId: string, notice: Notice): Order =>
  orderOf(tenant, { userId }, notice);
