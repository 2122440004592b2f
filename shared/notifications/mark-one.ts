import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { recordEvent } from '../outbox/event.ts';
import { notFound } from '../problems/problem.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { printInstant } from '../wire/schema.ts';
import { markRead, notificationKey } from './inbox.ts';
import { isKept, type NotificationRow, showNotification } from './notification.ts';

const main = new Table('main');

/** If the notification was read before, its time stays and nothing is recorded. */
async function read(caller: Caller, id: string): Promise<ReturnType<typeof showNotification>> {
  return await retryingRaces(async () => {
    const now = Date.now();
    const row = await main.get<NotificationRow>(notificationKey(caller, id));
    if (!row || !isKept(row, now)) {
      throw notFound('notification');
    }
    if (row.readAt !== undefined) return showNotification(row);
    const transaction = new Transaction();
    markRead(transaction, caller, [id], now);
    const event = { action: 'notification.read', resourceType: 'notification', resourceId: id };
    recordEvent(transaction, caller, { ...event, changes: { read_at: [null, printInstant(now)] } });
    await transaction.commit();
    return showNotification({ ...row, readAt: now });
  });
}

export const markNotification = defineCapability({
  tables: { main: ['GetItem', 'UpdateItem', 'PutItem'] },
  open: () => ({ read }),
});
