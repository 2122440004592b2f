import type { Caller } from '../auth/caller.ts';
import { personOf } from '../auth/person.ts';
import { defineCapability } from '../capability/capability.ts';
import { printInstant } from '../http/schema.ts';
import { recordEvent } from '../outbox/event.ts';
import { problem } from '../problems/problem.ts';
import { mainKeys } from '../table/keys.ts';
import { type PageRequest, type PageResult, pageOfPartition, showPage } from '../table/page.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { isKept, type NotificationRow, showNotification } from './notification.ts';

/** The notifications of the person who asks. */

type Shown = ReturnType<typeof showNotification>;

const main = new Table('main');
/** A transaction holds 100 actions, one of them the event. */
const mostAtOnce = 99;

const noSuchNotification = () => problem('NOT_FOUND', 'No notification has this id.', { resource: 'notification' });

class InboxReader {
  /** Newest first. */
  async list(caller: Caller, unreadOnly: boolean, page: PageRequest): Promise<PageResult<Shown>> {
    return showPage(await pageOf(caller, unreadOnly, page), showNotification);
  }
}

class InboxWriter {
  /** Marks one as read; what was read before stays read since then, and nothing is recorded. */
  async read(caller: Caller, id: string): Promise<Shown> {
    const key = mainKeys.notification(caller.tenant.reference, personOf(caller).id, id);
    return await retryingRaces(async () => {
      const now = Date.now();
      const row = await main.get<NotificationRow>(key);
      if (!row || !isKept(row, now)) throw noSuchNotification();
      if (row.readAt !== undefined) return showNotification(row);
      const transaction = new Transaction();
      markRead(transaction, caller, [id], now);
      const event = { action: 'notification.read', resourceType: 'notification', resourceId: id };
      recordEvent(transaction, caller, { ...event, changes: { read_at: [null, printInstant(now)] } });
      await transaction.commit();
      return showNotification({ ...row, readAt: now });
    });
  }

  /** Marks as read what is unread now, and answers how many; of two at once each counts its own. */
  async readAll(caller: Caller): Promise<number> {
    const { id: userId } = personOf(caller);
    let updated = 0;
    let after: string | undefined;
    do {
      const { marked, next } = await retryingRaces(async () => {
        const now = Date.now();
        const found = await pageOf(caller, true, { limit: mostAtOnce, offset: 0, after, counted: false });
        const ids = found.rows.map(({ position }) => position);
        if (ids.length > 0) {
          const transaction = new Transaction();
          markRead(transaction, caller, ids, now);
          const event = { action: 'notification.read_all', resourceType: 'user', resourceId: userId };
          recordEvent(transaction, caller, { ...event, changes: { unread: [ids.length, 0] } });
          await transaction.commit();
        }
        return { marked: ids.length, next: found.more ? (found.next ?? ids.at(-1)) : undefined };
      });
      updated += marked;
      after = next;
    } while (after !== undefined);
    return updated;
  }
}

async function pageOf(caller: Caller, unreadOnly: boolean, page: PageRequest): Promise<PageResult<NotificationRow>> {
  const partition = mainKeys.notifications(caller.tenant.reference, personOf(caller).id);
  return await pageOfPartition<NotificationRow>(main, partition, page, { filter: shownAt(Date.now(), unreadOnly) });
}

function shownAt(now: number, unreadOnly: boolean): Expression {
  return {
    expression: unreadOnly ? '#ttl > :now AND attribute_not_exists(readAt)' : '#ttl > :now',
    names: { '#ttl': 'ttl' },
    values: { ':now': Math.floor(now / 1000) },
  };
}

function markRead(transaction: Transaction, caller: Caller, ids: readonly string[], now: number): void {
  const unread = { expression: 'attribute_exists(pk) AND attribute_not_exists(readAt)' };
  const update = { expression: 'SET readAt = :now', values: { ':now': now } };
  for (const id of ids) {
    const key = mainKeys.notification(caller.tenant.reference, personOf(caller).id, id);
    transaction.update(main, key, update, unread, lostRace);
  }
}

export const readInbox = defineCapability({ tables: { main: ['Query'] }, open: () => new InboxReader() });

export const writeInbox = defineCapability({
  tables: { main: ['GetItem', 'Query', 'UpdateItem', 'PutItem'] },
  open: () => new InboxWriter(),
});
