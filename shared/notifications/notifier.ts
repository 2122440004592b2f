import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import type { NotifyMessage } from '../messages/notify.ts';
import { absent } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { createdAtOf } from '../table/ids.ts';
import { notificationKeys } from '../table/keys/notifications.ts';
import { userKeys } from '../table/keys/users.ts';
import { Table } from '../table/table.ts';
import { wants } from './catalogue.ts';
import { expiresAt, type NotificationRow } from './notification.ts';

const access = new Table('access');
const main = new Table('main');

/**
 * Adds a notification for each user of the audience who wants it. It is idempotent: a redelivery adds none, and a
 * notification that was read stays read.
 */
async function notify(message: NotifyMessage): Promise<void> {
  const { tenant, eventId, type, title, body, link } = message;
  const createdAt = createdAtOf(eventId);
  const row: Omit<NotificationRow, 'sk'> = { type, title, body, link, createdAt, ttl: expiresAt(createdAt) };
  const recipients = (await audienceOf(message)).filter((user) => user.status === 'active' && wants(user, type));
  await Promise.all(
    recipients.map(({ id }) =>
      main.put(notificationKeys.notification(tenant, id, eventId), row, absent).catch(unlessChanged),
    ),
  );
}

async function audienceOf({ tenant, audience }: NotifyMessage): Promise<UserRow[]> {
  if (audience === 'admins') {
    const users = await access.queryAll<UserRow>(userKeys.users(tenant));
    return users.filter(({ role }) => role === 'owner' || role === 'admin');
  }
  const user = await access.get<UserRow>(userKeys.user(tenant, audience.userId));
  return user ? [user] : [];
}

export const notifier = defineCapability({
  tables: { access: ['GetItem', 'Query'], main: ['PutItem'] },
  open: () => ({ run: notify }),
});
