import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { roles } from '../../../shared/auth/scopes.ts';
import { defaultPreferences } from '../../../shared/auth/user-record.ts';
import { type NotificationType, NotifyMessage, notificationTypes } from '../../../shared/messages/notify.ts';
import { notifyAdmins, notifyUser } from '../../../shared/notifications/notice.ts';
import { newId } from '../../../shared/table/ids.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { deliver, inboxOf, notice, settle } from './mailroom.ts';

const mine = tenant(1);
const now = Date.parse('2026-03-22T10:00:00Z');
let database: DynamoDbFake;

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const received = () =>
  database
    .rows('main')
    .map(({ pk }) => String(pk).replace(/^.*#/, ''))
    .sort();

/** Preferences with these switches inverted. */
const preferring = (in_app: Partial<typeof defaultPreferences.in_app>) => ({
  notificationPreferences: { ...defaultPreferences, in_app: { ...defaultPreferences.in_app, ...in_app } },
});

describe('a notification', () => {
  test('is a row with its content, and its id holds the time', async () => {
    settle(database, mine, 'ann', 'owner');
    const message = notice(mine, { type: 'export.ready', link: '/api/v1/exports/1', eventId: newId(now - 5000) });
    expect(await deliver(message)).toBe(0);
    expect(inboxOf(database, mine, 'ann')).toEqual([
      {
        pk: `${mine.reference}#notification#ann`,
        sk: message.eventId,
        type: 'export.ready',
        title: 'Hello',
        body: 'Something happened.',
        link: '/api/v1/exports/1',
        createdAt: now - 5000,
        ttl: (now - 5000) / 1000 + 90 * 86_400,
      },
    ]);
  });

  test('for the admins is for active owners and admins of the workspace', async () => {
    for (const role of roles) {
      settle(database, mine, role, role);
      settle(database, mine, `disabled-${role}`, role, { status: 'disabled' });
      settle(database, mine, `deleted-${role}`, role, { status: 'deleted' });
      settle(database, tenant(2), `other-${role}`, role);
    }
    await deliver(notice(mine));
    expect(received()).toEqual(['admin', 'owner']);
  });

  test('for one user is for that user, whatever the role', async () => {
    settle(database, mine, 'vic', 'viewer');
    settle(database, mine, 'ann', 'owner');
    settle(database, mine, 'dan', 'admin', { status: 'disabled' });
    for (const userId of ['vic', 'dan', 'nobody']) await deliver(notice(mine, { audience: { userId } }));
    expect(received()).toEqual(['vic']);
  });

  test.each<[NotificationType, keyof typeof defaultPreferences.in_app]>([
    ['quota.warning', 'quota'],
    ['webhook.disabled', 'webhooks'],
    ['export.ready', 'exports'],
    ['export.failed', 'exports'],
    ['alert.opened', 'alerts'],
  ])('%s is for those who want %s', async (type, category) => {
    settle(database, mine, 'default', 'admin');
    settle(database, mine, 'wants', 'admin', preferring({ [category]: true }));
    settle(database, mine, 'declines', 'admin', preferring({ [category]: false }));
    const others = Object.keys(defaultPreferences.in_app).filter((name) => name !== category);
    settle(database, mine, 'only', 'admin', preferring(Object.fromEntries(others.map((name) => [name, false]))));
    await deliver(notice(mine, { type }));
    expect(received()).toEqual(['default', 'only', 'wants']);
  });

  test.each<NotificationType>(['member.joined', 'api_key.expiring', 'certificate.expiring'])(
    '%s is for everybody concerned, whatever they prefer',
    async (type) => {
      settle(
        database,
        mine,
        'ann',
        'admin',
        preferring({ alerts: false, quota: false, webhooks: false, exports: false }),
      );
      await deliver(notice(mine, { type }));
      expect(received()).toEqual(['ann']);
    },
  );

  test('follows the preferences for the application, not those for mail', async () => {
    const none = { alerts: false, quota: false, webhooks: false, exports: false };
    settle(database, mine, 'ann', 'admin', { notificationPreferences: { ...defaultPreferences, email: none } });
    await deliver(notice(mine, { type: 'alert.opened' }));
    expect(received()).toEqual(['ann']);
  });
});

test('what hands a notification over is what the worker takes', () => {
  const handed = { type: 'member.joined', title: 'T', body: 'B' } as const;
  for (const [{ worker, message }, audience] of [
    [notifyAdmins(mine, { ...handed, link: '/x' }), 'admins'],
    [notifyUser(mine, 'ann', handed), { userId: 'ann' }],
  ] as const) {
    expect(worker).toBe(NotifyMessage.worker);
    const parsed = NotifyMessage.parse(JSON.parse(JSON.stringify(message)));
    expect(parsed).toMatchObject({ ...handed, tenant: mine.reference, audience });
  }
});

test.each([
  ['another tenant form', { tenant: 'x' }],
  ['an unknown type', { type: 'no.such' }],
  ['an id that is no instant', { eventId: '00000000-0000-4000-8000-000000000000' }],
  ['no audience', { audience: undefined }],
])('a message with %s comes back, and tells nobody', async (_, wrong) => {
  settle(database, mine, 'ann', 'owner');
  expect(await deliver({ ...notice(mine), ...wrong })).toBe(1);
  expect(received()).toEqual([]);
});

describe('a redelivered message', () => {
  test('adds nothing and keeps what was read as read', async () => {
    settle(database, mine, 'ann', 'owner');
    const message = notice(mine);
    await deliver(message);
    const [row] = inboxOf(database, mine, 'ann');
    database.set('main', { ...row, readAt: now });
    await deliver(message, message);
    expect(inboxOf(database, mine, 'ann')).toEqual([{ ...row, readAt: now }]);
  });

  test('notifies those who were not notified before', async () => {
    settle(database, mine, 'ann', 'owner');
    settle(database, mine, 'ben', 'admin');
    const message = notice(mine);
    let failures = 1;
    database.before = ({ operation, input }) => {
      if (operation === 'PutCommand' && input.Item.pk.endsWith('ben') && failures-- > 0)
        throw fault('InternalServerError');
    };
    expect(await deliver(message)).toBe(1);
    expect(received()).toEqual(['ann']);
    expect(await deliver(message)).toBe(0);
    expect(received()).toEqual(['ann', 'ben']);
  });

  test('that is raced, interrupted and whose response is lost ends like one delivery', async () => {
    const user = fc.record({
      role: fc.constantFrom(...roles),
      status: fc.constantFrom('active', 'active', 'disabled', 'deleted'),
      alerts: fc.boolean(),
      exports: fc.boolean(),
    });
    const sent = fc.record({
      type: fc.constantFrom(...notificationTypes),
      to: fc.option(fc.nat(6), { nil: undefined }),
      copies: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(user, { maxLength: 6 }),
        fc.array(sent, { maxLength: 4 }),
        fc.infiniteStream(fc.constantFrom('pass', 'pass', 'pass', 'refuse', 'lose')),
        async (users, messages, fates) => {
          database.restore();
          database = new DynamoDbFake();
          for (const [i, { alerts, exports, ...row }] of users.entries()) {
            settle(database, mine, `u${i}`, row.role, { status: row.status, ...preferring({ alerts, exports }) });
          }
          const made = messages.map(({ type, to, copies }) => {
            const audience = to === undefined ? ('admins' as const) : { userId: `u${to}` };
            return { copies, message: notice(mine, { type, audience, title: type, eventId: newId(now) }) };
          });
          let troubles = 20;
          const fate = (wanted: string) => {
            if (troubles > 0 && fates.next().value === wanted && troubles-- > 0) throw fault('TimeoutError');
          };
          database.before = async () => {
            await new Promise((resolve) => setImmediate(resolve));
            fate('refuse');
          };
          database.after = () => fate('lose');
          let pending = made.flatMap(({ copies, message }) => Array(copies).fill(message) as NotifyMessage[]);
          while (pending.length > 0) {
            const results = await Promise.all(
              pending.map(async (message) => ({ message, back: await deliver(message) })),
            );
            pending = results.filter(({ back }) => back > 0).map(({ message }) => message);
          }
          const expected = made.flatMap(({ message: { eventId, type, audience } }) =>
            users.flatMap(({ role, status, alerts, exports }, i) => {
              const meant = audience === 'admins' ? ['owner', 'admin'].includes(role) : audience.userId === `u${i}`;
              const declined = (type === 'alert.opened' && !alerts) || (type.startsWith('export.') && !exports);
              return meant && status === 'active' && !declined ? [`u${i} ${eventId} ${type}`] : [];
            }),
          );
          const rows = database
            .rows('main')
            .map(({ pk, sk, title }) => `${String(pk).replace(/^.*#/, '')} ${sk} ${title}`);
          expect(rows.sort()).toEqual(expected.sort());
        },
      ),
      { numRuns: 150 },
    );
  });
});
