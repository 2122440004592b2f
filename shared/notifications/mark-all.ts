import type { Caller } from '../auth/caller.ts';
import { personOf } from '../auth/person.ts';
import { defineCapability } from '../capability/capability.ts';
import { recordEvent } from '../outbox/event.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { markRead, pageOfInbox } from './inbox.ts';

/** A transaction has 100 actions, and one of them is the audit entry. */
const mostAtOnce = 99;

/** Marks all unread notifications as read and returns how many. Two calls at the same time each count their own. */
async function readAll(caller: Caller): Promise<number> {
  let updated = 0;
  let after: string | undefined;
  do {
    const batch = await retryingRaces(() => readBatch(caller, after));
    updated += batch.marked;
    after = batch.next;
  } while (after !== undefined);
  return updated;
}

async function readBatch(caller: Caller, after: string | undefined) {
  const found = await pageOfInbox(caller, true, { limit: mostAtOnce, offset: 0, after, counted: false });
  const ids = found.rows.map(({ position }) => position);
  if (ids.length > 0) {
    const transaction = new Transaction();
    markRead(transaction, caller, ids, Date.now());
    const event = { action: 'notification.read_all', resourceType: 'user', resourceId: personOf(caller).id };
    recordEvent(transaction, caller, { ...event, changes: { unread: [ids.length, 0] } });
    await transaction.commit();
  }
  return { marked: ids.length, next: found.more ? (found.next ?? ids.at(-1)) : undefined };
}

export const markAllNotifications = defineCapability({
  tables: { main: ['Query', 'UpdateItem', 'PutItem'] },
  open: () => ({ readAll }),
});
