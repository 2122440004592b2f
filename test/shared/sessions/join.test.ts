import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findOneTimeToken, mintOneTimeToken } from '../../../shared/auth/one-time-token.ts';
import { verifyPassword } from '../../../shared/auth/password.ts';
import { sessionsOf } from '../../../shared/auth/session-marker.ts';
import { verifyToken } from '../../../shared/auth/tokens.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { acceptInvitations } from '../../../shared/sessions/join.ts';
import { startSessions } from '../../../shared/sessions/login.ts';
import { refreshSessions } from '../../../shared/sessions/refresh.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { changeMembers } from '../../../shared/users/change-member.ts';
import type { InvitedRole } from '../../../shared/users/invitation-record.ts';
import { readInvitations } from '../../../shared/users/invitations.ts';
import { inviteUsers } from '../../../shared/users/invite.ts';
import { leaveWorkspace, removeUsers } from '../../../shared/users/remove.ts';
import { withdrawInvitations } from '../../../shared/users/withdraw.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { Crew, hurry, interleave, meanwhile, outcome } from '../users/crew.ts';

/** An invitation can be accepted once, while it is open, within the quota. */

const now = Date.parse('2026-03-22T10:00:00Z');
const key = newTokenKey('t1');
const visitor = { id: 'req_TEST', address: '203.0.113.9' };
const password = 'Correct-horse-7';
let database: DynamoDbFake;
let crew: Crew;
let admin: string;

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  database = new DynamoDbFake();
  hurry();
  useTokenKeys(key);
  signInProcess(key);
  crew = await Crew.of(database, { plan: 'free' }); // three users
  admin = (await crew.add('admin')).id;
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const invite = (email = 'Ana@example.com', role: InvitedRole = 'field_worker') =>
  inviteUsers.open().invite(crew.caller(admin), { email, role }, unrecorded);

/** An invitation, and the token of its mail. */
async function invited(email?: string, role?: InvitedRole): Promise<string> {
  const { id } = await invite(email, role);
  const { serial, expiresAt } = crew.invitations().find((row) => row.id === id)!;
  const transaction = new Transaction();
  const subject = { tenant: crew.workspace.reference, subject: id, serial };
  const token = mintOneTimeToken(transaction, 'invitation', subject, expiresAt);
  await transaction.commit();
  return token;
}

const accept = (token: string, name = 'Ana Ruiz') =>
  acceptInvitations.open().accept({ token, password, name }, visitor);
const newcomers = () => crew.present().filter(({ id }) => id !== admin);

describe('a person who accepts', () => {
  test('is a verified user with the role of the invitation, signed in', async () => {
    const tokens = await accept(await invited());
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 86_400 });
    const [user] = newcomers();
    expect(user).toMatchObject({
      email: 'Ana@example.com',
      name: 'Ana Ruiz',
      role: 'field_worker',
      status: 'active',
      emailVerified: true,
      lastLoginAt: now,
      version: 1,
    });
    const { sub, sid, role, tid } = await verifyToken(tokens.access_token, 'at+jwt');
    expect([sub, role, tid]).toEqual([user!.id, 'field_worker', crew.workspace.id]);
    expect(sessionsOf(crew.row(user!.id))).toEqual([{ id: sid, endsAt: now + 604_800_000 }]);
    expect(await verifyPassword(user!.passwordHash, password)).toBe(true);
    expect([crew.invitations(), crew.guards(), crew.quotaUsed()]).toEqual([[], [], 2]);
  });

  test('can refresh, and sign in again', async () => {
    const { refresh_token } = await accept(await invited());
    await refreshSessions.open().refresh(refresh_token, visitor);
    await startSessions.open().login({ email: 'ana@example.com', password }, visitor);
  });

  test('is announced to the admins without a name, and logged without personal values', async () => {
    await accept(await invited());
    const [user] = newcomers();
    const [event] = crew.events('user.join');
    expect(event).toMatchObject({
      actor: `user_${user!.id}`,
      actorAddress: visitor.address,
      resourceId: user!.id,
    });
    const [{ worker, message }] = JSON.parse(String(event!.orders));
    expect(worker).toBe('notifications/notify');
    expect(message).toMatchObject({
      tenant: crew.workspace.reference,
      audience: 'admins',
      type: 'member.joined',
      body: 'An invitation was accepted: the workspace has a new field worker.',
    });
    expect(JSON.parse(String(event!.changes))).toEqual({
      email: [null, '[personal]'],
      role: [null, 'field_worker'],
    });
    expect(JSON.stringify(event)).not.toMatch(/ruiz|ana@/i);
  });

  test('does so once, however often at once', async () => {
    crew = await Crew.of(database);
    admin = (await crew.add('admin')).id;
    for (const [i, pauses] of [[0], [1, 0, 2], [3, 1]].entries()) {
      const token = await invited(`u${i}@example.com`);
      interleave(database, pauses);
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcome(accept(token))));
      database.before = () => undefined;
      expect(outcomes.sort()).toEqual([...Array(4).fill('ONE_TIME_TOKEN_INVALID'), 'done'].sort());
      expect([newcomers().length, crew.quotaUsed()]).toEqual([i + 1, i + 2]);
    }
  });

  test('reserves the last of the quota, or leaves the invitation valid', async () => {
    const tokens = [await invited('a@example.com'), await invited('b@example.com'), await invited('c@example.com')];
    const outcomes = await Promise.all(tokens.map((token) => outcome(accept(token))));
    expect(outcomes.toSorted()).toEqual(['QUOTA_EXCEEDED', 'done', 'done']);
    expect([crew.present().length, crew.quotaUsed(), crew.invitations().length]).toEqual([3, 3, 1]);
    const refused = tokens[outcomes.indexOf('QUOTA_EXCEEDED')]!;
    expect(await outcome(accept(refused))).toBe('QUOTA_EXCEEDED');
    database.set('access', { ...database.rows('access').find((row) => row.sk === 'users'), used: 2 });
    expect(await outcome(accept(refused))).toBe('done');
  });
});

describe('a token is void', () => {
  test('when its invitation was renewed, and the new one is good', async () => {
    const old = await invited();
    const renewed = await invited();
    expect(await outcome(accept(old))).toBe('ONE_TIME_TOKEN_INVALID');
    expect(await outcome(accept(renewed))).toBe('done');
  });

  test('when its invitation is renewed while it is accepted', async () => {
    const token = await invited();
    meanwhile(database, invite);
    expect(await outcome(accept(token))).toBe('ONE_TIME_TOKEN_INVALID');
    expect([newcomers().length, crew.invitations().length, crew.quotaUsed()]).toEqual([0, 1, 1]);
  });

  test('when its invitation was withdrawn, also while it is accepted', async () => {
    const token = await invited();
    const { id } = crew.invitations()[0]!;
    interleave(database, [1, 0, 2, 1, 3]);
    const outcomes = await Promise.all([
      outcome(accept(token)),
      outcome(withdrawInvitations.open().withdraw(crew.caller(admin), id)),
    ]);
    expect([
      ['done', 'NOT_FOUND'],
      ['ONE_TIME_TOKEN_INVALID', 'done'],
    ]).toContainEqual(outcomes);
    expect(newcomers()).toHaveLength(outcomes[0] === 'done' ? 1 : 0);
    expect([crew.invitations(), crew.guards()]).toEqual([[], []]);
  });

  test('after seven days, to the millisecond', async () => {
    const [token, other] = [await invited('a@example.com'), await invited('b@example.com')];
    vi.setSystemTime(now + 604_800_000 - 1);
    expect(await outcome(accept(token))).toBe('done');
    vi.setSystemTime(now + 604_800_000);
    expect(await outcome(accept(other))).toBe('ONE_TIME_TOKEN_INVALID');
  });

  test.each(['', 'x', '_'.repeat(43), 'a'.repeat(256)])('if the token never existed: %j', async (token) => {
    expect(await outcome(accept(token))).toBe('ONE_TIME_TOKEN_INVALID');
    expect(crew.quotaUsed()).toBe(1);
  });

  test('when it was created for another purpose', async () => {
    const transaction = new Transaction();
    const subject = { tenant: crew.workspace.reference, subject: (await invite()).id, serial: 1 };
    const token = mintOneTimeToken(transaction, 'password_reset', subject);
    await transaction.commit();
    expect(await outcome(accept(token))).toBe('ONE_TIME_TOKEN_INVALID');
  });
});

describe('an invitation counts only while its sender may give the role', () => {
  let owner: string;

  beforeEach(async () => {
    crew = await Crew.of(database);
    owner = (await crew.add('owner')).id;
    admin = (await crew.add('admin')).id;
  });

  const change = (given: Parameters<ReturnType<typeof changeMembers.open>['change']>[2]) =>
    changeMembers.open().change(crew.caller(owner), admin, given);
  const listed = async () => {
    const page = { limit: 50, offset: 0, after: undefined, counted: true };
    const { rows, total } = await readInvitations.open().list(crew.tenant, page);
    expect(total).toBe(rows.length);
    return rows.map(({ item }) => item.email);
  };

  const ends: readonly [what: string, role: InvitedRole, end: () => Promise<unknown>][] = [
    ['removed', 'admin', () => removeUsers.open().remove(crew.caller(owner), admin)],
    ['gone by choice', 'viewer', () => leaveWorkspace.open().leave(crew.caller(admin), admin)],
    ['disabled', 'viewer', () => change({ status: 'disabled' })],
    ['a manager now', 'admin', () => change({ role: 'manager' })],
    ['a manager now, who makes no users at all', 'viewer', () => change({ role: 'manager' })],
    [
      'swept, tombstone and all',
      'viewer',
      async () => {
        const { pk, sk } = crew.row(admin);
        database.remove('access', String(pk), String(sk));
      },
    ],
  ];

  test.each(ends)('a sender who is %s', async (_, role, end) => {
    const token = await invited('ana@example.com', role);
    expect(await listed()).toEqual(['ana@example.com']);
    await end();
    expect(await listed()).toEqual([]);
    const before = crew.quotaUsed();
    expect(await outcome(accept(token))).toBe('ONE_TIME_TOKEN_INVALID');
    expect([newcomers().map(({ id }) => id), crew.quotaUsed()]).toEqual([[owner], before]);
  });

  test.each(ends)('a sender who is %s while it is accepted', async (_, role, end) => {
    const token = await invited('ana@example.com', role);
    meanwhile(database, end);
    expect(await outcome(accept(token))).toBe('ONE_TIME_TOKEN_INVALID');
    expect(newcomers().map(({ id }) => id)).toEqual([owner]);
  });

  test('a sender who is promoted, or an admin again', async () => {
    const token = await invited();
    await change({ role: 'viewer' });
    await change({ role: 'owner' });
    expect(await listed()).toEqual(['Ana@example.com']);
    expect(await outcome(accept(token))).toBe('done');
  });

  test('somebody else renews it, whose it is from then on', async () => {
    await invited();
    const first = admin;
    admin = owner;
    const token = await invited();
    await removeUsers.open().remove(crew.caller(owner), first);
    expect(await listed()).toEqual(['Ana@example.com']);
    expect(await outcome(accept(token))).toBe('done');
  });

  test('the platform itself sent it', async () => {
    const token = await invited();
    const row = crew.invitations()[0]!;
    database.set('main', { ...row, invitedBy: 'system' });
    await removeUsers.open().remove(crew.caller(owner), admin);
    expect(await listed()).toEqual(['Ana@example.com']);
    expect(await outcome(accept(token))).toBe('done');
  });

  test('a key or a stranger may not accept', async () => {
    const token = await invited();
    for (const invitedBy of ['key_abc', 'anonymous', 'user_nobody']) {
      database.set('main', { ...crew.invitations()[0]!, invitedBy });
      expect(await listed(), invitedBy).toEqual([]);
      expect(await outcome(accept(token)), invitedBy).toBe('ONE_TIME_TOKEN_INVALID');
    }
  });
});

test('an attempt that fails leaves nothing behind: neither user nor reservation, and the token stays valid', async () => {
  const token = await invited();
  database.before = ({ operation }) => {
    if (operation === 'TransactWriteCommand') throw fault('ThrottlingException');
  };
  expect(await outcome(accept(token))).toMatch(/Throttling/);
  database.before = () => undefined;
  expect([newcomers().length, crew.quotaUsed(), crew.invitations().length]).toEqual([0, 1, 1]);
  expect(await findOneTimeToken(token, 'invitation')).toBeDefined();
  expect(await outcome(accept(token))).toBe('done');
});
