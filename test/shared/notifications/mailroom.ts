import { handler } from '../../../functions/notifications/notify.ts';
import type { Role } from '../../../shared/auth/scopes.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import type { NotifyMessage } from '../../../shared/messages/notify.ts';
import { newId } from '../../../shared/table/ids.ts';
import { notificationKeys } from '../../../shared/table/keys/notifications.ts';
import { userKeys } from '../../../shared/table/keys/users.ts';
import type { Tenant } from '../../../shared/tenancy/tenant.ts';
import type { Attributes, DynamoDbFake } from '../../support/dynamodb-fake.ts';

/** Users and their notifications in the database of a test, and the worker as its queue calls it. */

export function settle(database: DynamoDbFake, of: Tenant, id: string, role: Role, more: Partial<UserRow> = {}): void {
  const row: UserRow = {
    id,
    email: `${id}@example.com`,
    name: '',
    role,
    status: 'active',
    emailVerified: true,
    passwordHash: '',
    passwordSerial: 1,
    createdAt: 0,
    version: 1,
    ...more,
  };
  database.set('access', { ...row, ...userKeys.user(of.reference, id) });
}

export function notice(of: Tenant, more: Partial<NotifyMessage> = {}): NotifyMessage {
  const texts = { title: 'Hello', body: 'Something happened.' };
  return {
    tenant: of.reference,
    audience: 'admins',
    eventId: newId(Date.now()),
    type: 'member.joined',
    ...texts,
    ...more,
  };
}

/** Delivers messages in one batch; returns how many of them failed. */
export async function deliver(...messages: readonly object[]): Promise<number> {
  const Records = messages.map((message, i) => ({
    messageId: `m${i}`,
    body: JSON.stringify(message),
    eventSource: 'aws:sqs',
  }));
  return (await handler({ Records } as never, {} as never)).batchItemFailures.length;
}

export function inboxOf(database: DynamoDbFake, of: Tenant, userId: string): Attributes[] {
  const partition = notificationKeys.notifications(of.reference, userId);
  return database.rows('main').filter(({ pk }) => pk === partition);
}
