import type { Caller } from '../auth/caller.ts';
import { accountOf, personOf } from '../auth/person.ts';
import { defineCapability } from '../capability/capability.ts';
import { kept } from '../table/expressions.ts';
import { notificationKeys } from '../table/keys/notifications.ts';
import { type PageRequest, type PageResult, pageOfPartition, showPage } from '../table/page.ts';
import { lostRace } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { type NotificationRow, showNotification } from './notification.ts';

/** The notifications of the signed-in user. */

const main = new Table('main');

export const notificationKey = (caller: Caller, id: string) =>
  notificationKeys.notification(caller.tenant.reference, personOf(caller).id, id);

/** Newest first. */
export async function pageOfInbox(
  caller: Caller,
  unreadOnly: boolean,
  page: PageRequest,
): Promise<PageResult<NotificationRow>> {
  const partition = notificationKeys.notifications(caller.tenant.reference, accountOf(caller).id);
  return await pageOfPartition<NotificationRow>(main, partition, page, { filter: shown(unreadOnly) });
}

const unread = 'attribute_not_exists(readAt)';

function shown(unreadOnly: boolean): Expression {
  const all = kept();
  return unreadOnly ? { ...all, expression: `${all.expression} AND ${unread}` } : all;
}

/** Marks notifications as read. The write is a lost race if one of them is gone or was read already. */
export function markRead(transaction: Transaction, caller: Caller, ids: readonly string[], now: number): void {
  const condition = { expression: `attribute_exists(pk) AND ${unread}` };
  const update = { expression: 'SET readAt = :now', values: { ':now': now } };
  for (const id of ids) transaction.update(main, notificationKey(caller, id), update, condition, lostRace);
}

export const readInbox = defineCapability({
  tables: { main: ['Query'] },
  open: () => ({
    list: async (caller: Caller, unreadOnly: boolean, page: PageRequest) =>
      showPage(await pageOfInbox(caller, unreadOnly, page), showNotification),
  }),
});
