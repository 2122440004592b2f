import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { readInbox } from '../../../shared/notifications/inbox.ts';
import { markAllNotifications } from '../../../shared/notifications/mark-all.ts';
import { markNotification } from '../../../shared/notifications/mark-one.ts';
import { newId } from '../../../shared/table/ids.ts';
import type { Tenant } from '../../../shared/tenancy/tenant.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { caller, person, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { deliver, inboxOf, notice, settle } from './mailroom.ts';

const mine = tenant(1);
const ann = person('admin', mine);
const ben = person('viewer', mine);
const day = 86_400_000;
const now = Date.parse('2026-03-22T10:00:00Z');
const unknownId = '019d14fc-b8d0-7238-9075-1fdcd7e986c5';
let database: DynamoDbFake;

const openInbox = () => {
  database = new DynamoDbFake();
  for (const of of [mine, tenant(2)]) {
    settle(database, of, ann.user!.id, 'admin');
    settle(database, of, ben.user!.id, 'viewer');
  }
};

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  catchOutput();
  openInbox();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Notifies a user of an event at an instant; returns the id of the notification. */
async function tell(who: Caller, at = now, of: Tenant = mine): Promise<string> {
  const eventId = newId(at);
  await deliver(notice(of, { audience: { userId: who.user!.id }, eventId }));
  return eventId;
}

const page = (more = {}) => ({ limit: 50, offset: 0, after: undefined, counted: true, ...more });
const list = async (who: Caller, unreadOnly = false, more = {}) => {
  const { rows, total } = await readInbox.open().list(who, unreadOnly, page(more));
  return { ids: rows.map(({ item }) => item.id), total };
};
const read = (who: Caller, id: string) => markNotification.open().read(who, id);
const readAll = (who: Caller) => markAllNotifications.open().readAll(who);
const events = () => database.rows('main').filter(({ pk }) => String(pk).endsWith('#outbox'));
const notFound = expect.objectContaining({ code: 'NOT_FOUND', details: { resource: 'notification' } });

describe('the list', () => {
  test('is one’s own, newest first, as the contract shows it', async () => {
    const [first, second] = [await tell(ann, now - 2000), await tell(ann, now - 1000)];
    await tell(ben);
    await tell(ann, now, tenant(2));
    const { rows } = await readInbox.open().list(ann, false, page());
    expect(rows.map(({ item }) => item)).toEqual([
      {
        id: second,
        type: 'member.joined',
        title: 'Hello',
        body: 'Something happened.',
        link: null,
        read_at: null,
        created_at: '2026-03-22T09:59:59Z',
      },
      expect.objectContaining({ id: first }),
    ]);
  });

  test('of the unread ones, if only these are requested', async () => {
    const [first, second] = [await tell(ann, now - 2000), await tell(ann, now - 1000)];
    await read(ann, second);
    expect(await list(ann, true)).toEqual({ ids: [first], total: 1 });
    expect(await list(ann)).toEqual({ ids: [second, first], total: 2 });
  });

  test('ends after 90 days, whether or not the database has removed the rows', async () => {
    const id = await tell(ann, now - 90 * day + 1000);
    expect((await list(ann)).ids).toEqual([id]);
    vi.setSystemTime(now + 1000);
    for (const unread of [false, true]) expect(await list(ann, unread)).toEqual({ ids: [], total: 0 });
    await expect(read(ann, id)).rejects.toThrow(notFound);
    expect(await readAll(ann)).toBe(0);
    expect(inboxOf(database, mine, ann.user!.id)).toHaveLength(1);
  });

  test('is a person’s: a credential of nobody is refused', async () => {
    const key = caller(mine);
    for (const call of [() => list(key), () => read(key, unknownId), () => readAll(key)]) {
      await expect(call()).rejects.toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    }
  });
});

describe('marking one as read', () => {
  test('answers it as read, and is recorded', async () => {
    const id = await tell(ann, now - 1000);
    expect(await read(ann, id)).toMatchObject({ id, read_at: '2026-03-22T10:00:00Z' });
    expect(events()).toMatchObject([
      {
        action: 'notification.read',
        actor: ann.principal,
        resourceType: 'notification',
        resourceId: id,
        changes: '{"read_at":[null,"2026-03-22T10:00:00Z"]}',
      },
    ]);
  });

  test('again changes nothing and records nothing', async () => {
    const id = await tell(ann, now - 1000);
    const first = await read(ann, id);
    vi.setSystemTime(now + 5000);
    expect(await read(ann, id)).toEqual(first);
    expect(events()).toHaveLength(1);
  });

  test('by two at once is done by one of them', async () => {
    const id = await tell(ann, now - 1000);
    const [a, b] = await Promise.all([read(ann, id), read(ann, id)]);
    expect(a).toEqual(b);
    expect(events()).toHaveLength(1);
  });

  test('of another person’s, another tenant’s or an unknown notification is 404', async () => {
    const [bens, foreign] = [await tell(ben), await tell(ann, now, tenant(2))];
    for (const id of [bens, foreign, unknownId, 'x', 'x'.repeat(256)]) {
      await expect(read(ann, id), id).rejects.toThrow(notFound);
    }
    expect([...inboxOf(database, mine, ben.user!.id), ...inboxOf(database, tenant(2), ann.user!.id)]).toMatchObject([
      { sk: bens },
      { sk: foreign },
    ]);
    expect(database.rows('main').some(({ readAt }) => readAt !== undefined)).toBe(false);
    expect(events()).toEqual([]);
  });

  test('has no effect on a row that is deleted meanwhile', async () => {
    const id = await tell(ann);
    database.before = ({ operation }) => {
      if (operation === 'TransactWriteCommand')
        database.remove('main', `${mine.reference}#notification#${ann.user!.id}`, id);
    };
    await expect(read(ann, id)).rejects.toThrow(notFound);
    expect(database.rows('main')).toEqual([]);
  });
});

describe('marking all as read', () => {
  test('answers how many were unread, and records that once', async () => {
    const ids = [await tell(ann, now - 3000), await tell(ann, now - 2000), await tell(ann, now - 1000)];
    await tell(ben);
    await read(ann, ids[1]!);
    expect(await readAll(ann)).toBe(2);
    expect(await list(ann, true)).toEqual({ ids: [], total: 0 });
    expect((await list(ben, true)).total).toBe(1);
    expect(events().filter(({ action }) => action === 'notification.read_all')).toMatchObject([
      { resourceType: 'user', resourceId: ann.user!.id, changes: '{"unread":[2,0]}' },
    ]);
  });

  test('of none is done and recorded by nobody', async () => {
    expect(await readAll(ann)).toBe(0);
    expect(events()).toEqual([]);
  });

  test('of more than fits a transaction', async () => {
    for (let i = 0; i < 250; i++) await tell(ann, now - i);
    expect(await readAll(ann)).toBe(250);
    expect((await list(ann, true)).total).toBe(0);
    const changes = events().map((row) => JSON.parse(String(row.changes)).unread[0] as number);
    expect(changes.reduce((sum, n) => sum + n, 0)).toBe(250);
  });

  test('keeps when each was read', async () => {
    const id = await tell(ann, now - 1000);
    await read(ann, id);
    vi.setSystemTime(now + 5000);
    await tell(ann, now);
    await readAll(ann);
    const { rows } = await readInbox.open().list(ann, false, page());
    expect(rows.map(({ item }) => item.read_at)).toEqual(['2026-03-22T10:00:05Z', '2026-03-22T10:00:00Z']);
  });

  test('leaves notifications that arrive meanwhile unread', async () => {
    await tell(ann, now - 1000);
    let later: string | undefined;
    database.before = async ({ operation }) => {
      if (operation === 'TransactWriteCommand') later ??= await tell(ann, now + 1000);
    };
    expect(await readAll(ann)).toBe(1);
    expect((await list(ann, true)).ids).toEqual([later]);
  });

  test('by any number at once, beside reads of single ones and faults: each is read once and counted once', async () => {
    const step = fc.constantFrom('all', 'all', 'one', 'one', 'tell');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.nat(8), fc.nat(120)),
        fc.array(step, { minLength: 1, maxLength: 6 }),
        fc.nat(3),
        fc.infiniteStream(fc.nat(12)),
        async (count, steps, faults, waits) => {
          database.restore();
          openInbox();
          const ids: string[] = [];
          for (let i = 0; i < count; i++) ids.push(await tell(ann, now - i));
          let left = faults;
          database.before = async ({ operation }) => {
            for (let ticks = waits.next().value; ticks > 0; ticks--)
              await new Promise((resolve) => setImmediate(resolve));
            if (operation === 'TransactWriteCommand' && left-- > 0) throw fault('TransactionConflictException');
          };
          database.between = () => new Promise((resolve) => setImmediate(resolve));
          const counts: number[] = [];
          await Promise.all(
            steps.map(async (kind, i) => {
              if (kind === 'all') counts.push(await readAll(ann));
              else if (kind === 'tell') await tell(ann, now + 1 + i);
              else if (ids[i]) expect((await read(ann, ids[i])).read_at).not.toBeNull();
            }),
          );
          const rows = inboxOf(database, mine, ann.user!.id);
          const counted = counts.reduce((sum, n) => sum + n, 0);
          const log = events().map(({ action, changes }) => ({ action, changes: JSON.parse(String(changes)) }));
          const all = log.filter(({ action }) => action === 'notification.read_all');
          const single = log.filter(({ action }) => action === 'notification.read');
          expect(all.reduce((sum, { changes }) => sum + changes.unread[0], 0)).toBe(counted);
          const wasRead = rows.filter(({ readAt }) => readAt !== undefined);
          expect(wasRead).toHaveLength(counted + single.length);
          if (steps.includes('all')) expect(ids.filter((id) => !wasRead.some(({ sk }) => sk === id))).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
