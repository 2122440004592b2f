import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { verifyPassword } from '../../../shared/auth/password.ts';
import { sessionAttribute, sessionsOf } from '../../../shared/auth/session-marker.ts';
import { readIfMatch } from '../../../shared/http/conditional.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { changeMembers, type MemberChange } from '../../../shared/users/change-member.ts';
import { createUsers, type UserDraft } from '../../../shared/users/create.ts';
import { leaveWorkspace, removeUsers } from '../../../shared/users/remove.ts';
import { readUsers } from '../../../shared/users/users.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { Crew, hurry, interleave, meanwhile, outcome } from './crew.ts';

/** Users: how they are created, changed and removed. */

const now = Date.parse('2026-03-22T10:00:00Z');
let database: DynamoDbFake;
let crew: Crew;
let owner: string;

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  database = new DynamoDbFake();
  hurry();
  crew = await Crew.of(database);
  owner = (await crew.add('owner')).id;
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const worker = { email: 'Worker@Org.com', password: 'Pass123!', role: 'field_worker', name: 'Wes' } as const;
const create = (draft: Partial<UserDraft> = {}, by = owner) =>
  createUsers.open().create(crew.caller(by), { ...worker, ...draft }, unrecorded);
const change = (id: string, given: MemberChange, by = owner) => changeMembers.open().change(crew.caller(by), id, given);
const remove = (id: string, by = owner) => removeUsers.open().remove(crew.caller(by), id);
const leave = (id: string) => leaveWorkspace.open().leave(crew.caller(id), id);
const refusal = async (answer: Promise<unknown>) => (await answer.catch((error: Problem) => error)) as Problem;

describe('a user who is created', () => {
  test('is returned in the stored form, and counts toward the quota', async () => {
    const shown = await create();
    const row = crew.row(shown.id);
    expect(shown).toEqual({
      id: row.id,
      email: 'Worker@Org.com',
      name: 'Wes',
      role: 'field_worker',
      status: 'active',
      email_verified: true,
      workspace_id: crew.workspace.id,
      created_at: '2026-03-22T10:00:00Z',
      last_login_at: null,
    });
    expect(row).toMatchObject({ version: 1, passwordSerial: 1 });
    expect(await verifyPassword(row.passwordHash, 'Pass123!')).toBe(true);
    expect(crew.quotaUsed()).toBe(2);
  });

  test('has an audit entry without personal data', async () => {
    const { id } = await create();
    const events = crew.events('user.create');
    expect(events).toMatchObject([{ actor: `user_${owner}`, resourceType: 'user', resourceId: id }]);
    expect(JSON.parse(String(events[0]!.changes))).toEqual({
      email: [null, '[personal]'],
      role: [null, 'field_worker'],
    });
    expect(JSON.stringify(events)).not.toMatch(/worker@|wes|pass123/i);
  });

  test('has an address that no other user of the workspace has in any case', async () => {
    await create();
    for (const email of ['worker@org.com', 'WORKER@ORG.COM'])
      expect(await outcome(create({ email }))).toBe('EMAIL_TAKEN');
    expect([crew.present().length, crew.quotaUsed()]).toEqual([2, 2]);
    const elsewhere = await Crew.of(database);
    const { id } = await elsewhere.add('owner');
    expect(await outcome(createUsers.open().create(elsewhere.caller(id), worker, unrecorded))).toBe('done');
  });

  test('is the only one if several race for an address', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 6 }),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
        async (racers, pauses) => {
          const before = crew.present().length;
          const email = `race-${before}@example.com`;
          interleave(database, pauses);
          const spelled = (i: number) => (i % 2 ? email.toUpperCase() : email);
          const outcomes = await Promise.all(
            Array.from({ length: racers }, (_, i) => outcome(create({ email: spelled(i) }))),
          );
          expect(outcomes.sort()).toEqual([...Array(racers - 1).fill('EMAIL_TAKEN'), 'done'].sort());
          expect([crew.present().length, crew.quotaUsed()]).toEqual([before + 1, before + 1]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('may have the address of a deleted user', async () => {
    const { id } = await create();
    await remove(id);
    const again = await create();
    expect(again.id).not.toBe(id);
  });
});

describe('a change', () => {
  test('of the role holds in the next request, and leaves sessions alone', async () => {
    const session = sessionAttribute('a'.repeat(20));
    const { id } = await crew.add('editor', { [session]: now + 1000 });
    expect(await change(id, { role: 'viewer' })).toMatchObject({ id, role: 'viewer', version: 2 });
    expect(crew.row(id)).toMatchObject({ role: 'viewer', version: 2, [session]: now + 1000 });
    expect(JSON.parse(String(crew.events('user.update')[0]!.changes))).toEqual({ role: ['editor', 'viewer'] });
  });

  test('that changes nothing writes nothing', async () => {
    const { id } = await crew.add('editor');
    database.calls.length = 0;
    for (const given of [{}, { role: 'editor' }, { status: 'active' }, { role: 'editor', status: 'active' }] as const) {
      expect(await change(id, given)).toMatchObject({ version: 1 });
    }
    expect(database.calls.map(({ operation }) => operation)).toEqual(Array(4).fill('GetCommand'));
    expect(crew.events('user.update')).toEqual([]);
  });

  test('of an unknown or deleted user, or one of another workspace, is refused as unknown', async () => {
    const { id } = await crew.add('editor');
    await remove(id);
    const elsewhere = await Crew.of(database);
    const stranger = await elsewhere.add('editor');
    for (const unknown of [id, stranger.id, 'nobody', '0'.repeat(1000)]) {
      const refusals = [await refusal(change(unknown, { role: 'viewer' })), await refusal(remove(unknown))];
      for (const { code, details } of refusals) expect([code, details]).toEqual(['NOT_FOUND', { resource: 'user' }]);
    }
    expect(elsewhere.row(stranger.id)).toMatchObject({ role: 'editor', version: 1 });
  });

  test('that disables ends every session, and enabling again revives none', async () => {
    const sessions = Object.fromEntries([...'abc'].map((letter) => [sessionAttribute(letter.repeat(20)), now + 9000]));
    const { id } = await crew.add('editor', sessions);
    await change(id, { status: 'disabled' });
    expect(crew.row(id)).toMatchObject({ status: 'disabled', version: 2 });
    expect(sessionsOf(crew.row(id))).toEqual([]);
    expect(await change(id, { status: 'active' })).toMatchObject({ status: 'active', version: 3 });
    expect(sessionsOf(crew.row(id))).toEqual([]);
  });

  test('that disables a user also ends a session that began meanwhile', async () => {
    const { id } = await crew.add('editor');
    const late = sessionAttribute('z'.repeat(20));
    meanwhile(database, () => database.set('access', { ...crew.row(id), [late]: now + 9000, lastLoginAt: now }));
    await change(id, { status: 'disabled' });
    await change(id, { status: 'active' });
    expect(sessionsOf(crew.row(id))).toEqual([]);
  });

  test('of oneself to disabled is refused', async () => {
    expect(await outcome(change(owner, { status: 'disabled' })), 'the last owner').toBe('LAST_OWNER');
    await crew.add('owner');
    expect(await outcome(change(owner, { status: 'disabled' }))).toBe('FORBIDDEN');
    expect(crew.row(owner).status).toBe('active');
  });

  test('is applied to the latest state of the member', async () => {
    const admin = (await crew.add('admin')).id;
    const { id } = await crew.add('editor');
    meanwhile(database, () => change(id, { role: 'owner' }));
    expect(await outcome(change(id, { role: 'viewer' }, admin))).toBe('FORBIDDEN');
    expect(crew.row(id)).toMatchObject({ role: 'owner', version: 2 });
    meanwhile(database, () => change(id, { role: 'manager' }));
    await change(id, { role: 'viewer' });
    expect(crew.row(id)).toMatchObject({ role: 'viewer', version: 4 });
    const logged = crew.events('user.update').map(({ changes }) => JSON.parse(String(changes)).role);
    expect(logged).toContainEqual(['manager', 'viewer']);
  });

  test('loses no other change that is made at the same time', async () => {
    const { id } = await crew.add('editor');
    const outcomes = await Promise.all([
      outcome(change(id, { role: 'viewer' })),
      outcome(change(id, { status: 'disabled' })),
      outcome(change(id, { role: 'manager' })),
    ]);
    expect(outcomes).toEqual(['done', 'done', 'done']);
    expect(crew.row(id)).toMatchObject({ status: 'disabled', version: 4 });
    expect(crew.events('user.update')).toHaveLength(3);
  });
});

describe('a user who is removed', () => {
  test('is a tombstone without personal fields, and can no longer be found', async () => {
    const { id } = await create();
    const month = { m202603: 17, w123: 4, lastUsedAt: now };
    const settings = { locale: 'es', timezone: 'Europe/Madrid', notificationPreferences: {}, lastLoginAt: now };
    database.set('access', { ...crew.row(id), ...month, ...settings, [sessionAttribute('a'.repeat(20))]: now + 1 });
    await remove(id);
    const { pk, sk, ttl, ...tombstone } = crew.row(id);
    expect(tombstone).toEqual({
      id,
      email: '',
      name: '',
      role: 'field_worker',
      status: 'deleted',
      emailVerified: false,
      passwordHash: '',
      passwordSerial: 2,
      createdAt: now,
      version: 2,
      m202603: 17,
    });
    expect(Number(ttl) - now / 1000, 'longer than any token and the month that is billed').toBe(38 * 86_400);
    expect(await verifyPassword('', '')).toBe(false);
    expect([crew.present().length, crew.quotaUsed()]).toEqual([1, 1]);
    const page = { limit: 50, offset: 0, after: undefined, counted: true };
    const listed = await readUsers.open().list(crew.tenant, {}, page);
    expect([listed.rows.map(({ position }) => position), listed.total]).toEqual([[owner], 1]);
    expect(JSON.parse(String(crew.events('user.delete')[0]!.changes))).toEqual({ role: ['field_worker', null] });
  });

  test('callers may not remove themselves, but they may leave', async () => {
    await crew.add('owner');
    expect((await refusal(remove(owner))).code).toBe('SELF_DELETE');
    const stale = leaveWorkspace.open().leave(crew.caller(owner), owner, readIfMatch('"v99"'));
    expect(await outcome(stale)).toBe('PRECONDITION_FAILED');
    expect(await outcome(leave(owner))).toBe('done');
    expect(crew.row(owner).status).toBe('deleted');
  });

  test('twice at once is removed once', async () => {
    const { id } = await crew.add('editor');
    const outcomes = await Promise.all([1, 2, 3].map(() => outcome(remove(id))));
    expect(outcomes.sort()).toEqual(['NOT_FOUND', 'NOT_FOUND', 'done']);
    expect([crew.quotaUsed(), crew.events('user.delete').length]).toEqual([1, 1]);
  });

  test('is removed even where the quota cannot be released, which a recount finds', async () => {
    crew = await Crew.of(database, { plan: 'free' });
    owner = (await crew.add('owner')).id;
    const [{ id }] = [await crew.add('viewer'), await crew.add('viewer')];
    database.before = ({ operation, input }) => {
      if (operation === 'UpdateCommand' && input.Key.sk === 'users') throw fault('ThrottlingException');
    };
    expect(await outcome(remove(id))).toBe('done');
    database.before = () => undefined;
    expect([crew.present().length, crew.quotaUsed()]).toEqual([2, 3]);
    expect(await outcome(create())).toBe('QUOTA_EXCEEDED');
    vi.advanceTimersByTime(60_001);
    expect(await outcome(create())).toBe('done');
    expect(crew.quotaUsed()).toBe(3);
  });

  test('a member who becomes an owner meanwhile is not removed with rights that suffice only for the old role', async () => {
    const admin = (await crew.add('admin')).id;
    const { id } = await crew.add('editor');
    meanwhile(database, () => database.set('access', { ...crew.row(id), role: 'owner' }));
    expect(await outcome(remove(id, admin))).toBe('FORBIDDEN');
    expect(crew.row(id)).toMatchObject({ role: 'owner', status: 'active' });
  });
});

describe('the quota of users', () => {
  const step = fc.record({
    kind: fc.constantFrom('create', 'create', 'create', 'remove', 'leave'),
    who: fc.nat(5),
    fault: fc.constantFrom('none', 'none', 'none', 'refused', 'lost'),
  });
  const rounds = fc.array(
    fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 5 }),
      pauses: fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }),
      minuteLater: fc.boolean(),
    }),
    { maxLength: 6 },
  );

  test('are never exceeded, and all free ones can be used, despite races, failures and crashes', async () => {
    await fc.assert(
      fc.asyncProperty(rounds, async (plan) => {
        database.restore();
        database = new DynamoDbFake();
        crew = await Crew.of(database, { plan: 'free' }); // three users
        owner = (await crew.add('owner')).id;
        const doubted = new Set<string>();
        database.watch = () => expect(crew.present().length).toBeLessThanOrEqual(3);
        for (const { steps, pauses, minuteLater } of plan) {
          interleave(database, pauses);
          const faults = steps.map((one) => one.fault);
          const arm = (kind: 'refused' | 'lost') => (call: { operation: string }) => {
            if (call.operation !== 'TransactWriteCommand' || faults[0] !== kind) return;
            faults.shift();
            throw fault(kind === 'lost' ? 'TimeoutError' : 'ThrottlingException');
          };
          const { before } = database;
          database.before = async (call) => {
            await before(call);
            if (call.operation === 'TransactWriteCommand' && faults[0] === 'none') faults.shift();
            arm('refused')(call);
          };
          database.after = arm('lost');
          const outcomes = await Promise.all(
            steps.map(({ kind, who }, i) => {
              if (kind === 'create') return outcome(create({ email: `u${who}@example.com` }));
              const others = crew.present().filter(({ id }) => id !== owner);
              const one = others[i % Math.max(1, others.length)];
              if (!one) return 'nobody';
              return outcome(kind === 'remove' ? remove(one.id) : leave(one.id));
            }),
          );
          database.after = () => undefined;
          database.before = () => undefined;
          for (const one of outcomes) {
            expect(one).toMatch(
              /^(done|nobody|EMAIL_TAKEN|QUOTA_EXCEEDED|NOT_FOUND|SERVICE_UNAVAILABLE|ThrottlingE|TimeoutE)/,
            );
            if (one.startsWith('TimeoutError')) doubted.add(one);
          }
          expect(crew.quotaUsed()).toBeGreaterThanOrEqual(crew.present().length);
          if (doubted.size === 0) expect(crew.quotaUsed()).toBe(crew.present().length);
          if (minuteLater) vi.setSystemTime(Date.now() + 60_001);
        }
        for (let i = crew.present().length; i < 3; i++) {
          vi.setSystemTime(Date.now() + 60_001);
          expect(await outcome(create({ email: `last-${i}@example.com` }))).toBe('done');
        }
        vi.setSystemTime(Date.now() + 60_001);
        const { code, details } = await refusal(create({ email: 'one-more@example.com' }));
        expect([code, details]).toEqual(['QUOTA_EXCEEDED', { resource: 'users', limit: 3, used: 3 }]);
      }),
      { numRuns: 50 },
    );
  });
});
