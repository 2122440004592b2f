import { argon2 } from 'node:crypto';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hashPassword } from '../../../shared/auth/password.ts';
import { sessionsOf } from '../../../shared/auth/session-marker.ts';
import { verifyToken } from '../../../shared/auth/tokens.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { type LoginRequest, startSessions } from '../../../shared/sessions/login.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { emailTaken, newUserRow, putUser } from '../../../shared/users/register.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { workspaceWith } from '../support/platform.ts';

/**
 * Sign-in: who may sign in, the responses to others, and that neither response nor calls nor time reveal which
 * addresses exist.
 */

const now = Date.parse('2026-03-22T10:00:00Z');
const key = newTokenKey('t1');
const password = 'Correct-horse-7';
const passwordHash = await hashPassword(password);
let database: DynamoDbFake;
let workspace: WorkspaceRow;

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  database = new DynamoDbFake();
  useTokenKeys(key);
  signInProcess(key);
  workspace = await workspaceWith();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function newUser(email: string, more: Partial<UserRow> = {}, of = workspace): Promise<UserRow> {
  const draft = { email, name: '', role: 'editor', passwordHash, emailVerified: true } as const;
  const row = { ...newUserRow(draft, Date.now()), ...more };
  const transaction = new Transaction();
  putUser(transaction, of.reference, row, emailTaken);
  await transaction.commit();
  return row;
}

const at = (address: string) => ({ id: 'req_TEST', address });
const attempt = (given: Partial<LoginRequest> = {}, address = '203.0.113.9') =>
  startSessions.open().login({ email: 'ana@example.com', password, ...given }, at(address));
const outcome = (answer: Promise<unknown>) =>
  answer.then(
    () => 'signed in',
    (error: Problem) => error.code ?? String(error),
  );
const userRow = (id: string) => database.rows('access').find(({ sk, pk }) => sk === id && /#user$/.test(String(pk)))!;
const entries = () => database.rows('main').filter(({ action }) => String(action).startsWith('auth.'));

describe('sign-in', () => {
  test('answers the tokens of a new session, and leaves a trace', async () => {
    const { id } = await newUser('Ana@Example.com');
    const tokens = await attempt({ email: '  aNa@example.COM ' });
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 86_400 });
    const claims = await verifyToken(tokens.access_token, 'at+jwt');
    expect(claims).toMatchObject({ sub: id, tid: workspace.id, role: 'editor', iat: now / 1000 });
    expect(claims.exp - claims.iat).toBe(86_400);
    expect(sessionsOf(userRow(id)).map((session) => session.id)).toEqual([claims.sid]);
    expect(userRow(id)).toMatchObject({ lastLoginAt: now, version: 1 });
    expect(entries()).toMatchObject([{ action: 'auth.login', actor: `user_${id}`, actorAddress: '203.0.113.9' }]);
    expect(JSON.stringify(entries())).not.toMatch(/ana@|horse/i);
  });

  test('is refused alike for a wrong password and for nobody', async () => {
    await newUser('ana@example.com');
    const outcomeOf = async (given: Partial<LoginRequest>) =>
      await attempt(given).catch(({ code, message, details }: Problem) => ({ code, message, details }));
    const wrong = await outcomeOf({ password: 'wrong' });
    expect(wrong).toMatchObject({ code: 'INVALID_CREDENTIALS', details: undefined });
    expect(await outcomeOf({ email: 'nobody@example.com' })).toEqual(wrong);
    expect(await outcomeOf({ workspace: 'elsewhere' })).toEqual(wrong);
  });

  test('makes the same calls for a known and for an unknown address', async () => {
    await newUser('ana@example.com');
    const callsOf = async (email: string) => {
      database.calls.length = 0;
      await outcome(attempt({ email, password: 'wrong' }));
      return database.calls.map(({ operation, input }) => [
        operation,
        input.TableName ?? Object.keys(input.RequestItems ?? {}).join(),
        input.TransactItems?.length,
      ]);
    };
    expect(await callsOf('nobody@example.com')).toEqual(await callsOf('ana@example.com'));
  });

  test('of a disabled user, of an unverified one if verification is required, or of a deleted one', async () => {
    await newUser('off@example.com', { status: 'disabled' });
    await newUser('new@example.com', { emailVerified: false });
    await newUser('gone@example.com', { status: 'deleted' });
    expect(await outcome(attempt({ email: 'off@example.com' }))).toBe('USER_DISABLED');
    expect(entries(), 'though the password was right').toMatchObject([{ action: 'auth.login_failed' }]);
    expect(await outcome(attempt({ email: 'off@example.com', password: 'wrong' }))).toBe('INVALID_CREDENTIALS');
    expect(await outcome(attempt({ email: 'gone@example.com' }))).toBe('INVALID_CREDENTIALS');
    expect(await outcome(attempt({ email: 'new@example.com' }))).toBe('signed in');
    const row = database.rows('main').find(({ pk }) => pk === `${workspace.reference}#workspace`)!;
    database.set('main', { ...row, requireEmailVerification: true } as never);
    const before = entries().length;
    expect(await outcome(attempt({ email: 'new@example.com' }))).toBe('EMAIL_NOT_VERIFIED');
    expect(entries()).toHaveLength(before + 1);
    expect(await outcome(attempt({ email: 'new@example.com', password: 'wrong' }))).toBe('INVALID_CREDENTIALS');
  });

  test('with one password in several workspaces asks which, and takes id or slug', async () => {
    const [second, third] = [await workspaceWith(), await workspaceWith()];
    const mine = await newUser('ana@example.com');
    const theirs = await newUser('ana@example.com', {}, second);
    await newUser('ana@example.com', { passwordHash: await hashPassword('Another-horse-8') }, third);
    const refusal = (await attempt().catch((error: Problem) => error)) as Problem;
    expect(refusal.code).toBe('WORKSPACE_REQUIRED');
    expect(refusal.details?.workspaces).toEqual([workspace, second].map(({ id, slug, name }) => ({ id, slug, name })));
    const subject = async (given: Partial<LoginRequest>) =>
      (await verifyToken((await attempt(given)).access_token, 'at+jwt')).sub;
    expect(await subject({ workspace: workspace.id })).toBe(mine.id);
    expect(await subject({ workspace: workspace.id.toUpperCase() })).toBe(mine.id);
    expect(await subject({ workspace: second.slug })).toBe(theirs.id);
    expect(await outcome(attempt({ workspace: third.slug }))).toBe('INVALID_CREDENTIALS');
    expect(await outcome(attempt({ password: 'Another-horse-8' }))).toBe('signed in');
  });

  test('that fails is in the log of the workspace, or of the platform where it was nobody', async () => {
    const { id } = await newUser('ana@example.com');
    await outcome(attempt({ password: 'wrong' }));
    await outcome(attempt({ email: 'nobody@example.com' }));
    expect(entries().map(({ pk, action, actor, resourceId }) => [pk, action, actor, resourceId])).toEqual(
      expect.arrayContaining([
        [`${workspace.reference}#outbox`, 'auth.login_failed', 'anonymous', id],
        [expect.stringMatching(/^--------(#\d+)?#outbox$/), 'auth.login_failed', 'anonymous', expect.any(String)],
      ]),
    );
    expect(JSON.stringify(entries())).not.toMatch(/nobody@|ana@|wrong/);
  });

  test('replaces a hash that was computed with other costs', async () => {
    const cheap = '$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$';
    const nonce = Buffer.from('somesaltsomesalt');
    const tag = await promisify(argon2)('argon2id', {
      message: password,
      nonce,
      parallelism: 1,
      tagLength: 32,
      memory: 1024,
      passes: 1,
    });
    const old = cheap + tag.toString('base64').replace(/=+$/, '');
    const { id } = await newUser('ana@example.com', { passwordHash: old });
    expect(await outcome(attempt())).toBe('signed in');
    expect(userRow(id).passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(userRow(id).passwordSerial).toBe(1);
    expect(await outcome(attempt())).toBe('signed in');
  });

  test('of a hundred and one sessions ends the one that ends first, and sweeps what has expired', async () => {
    const { id } = await newUser('ana@example.com');
    const sessions = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`s${String(i).padStart(20, 'x')}`, now + 1000 + i]),
    );
    database.set('access', { ...userRow(id), ...sessions, [`s${'e'.repeat(20)}`]: now - 1 } as never);
    await attempt();
    const left = sessionsOf(userRow(id));
    expect(left).toHaveLength(100);
    expect(left[0]!.endsAt).toBe(now + 1001);
  });

  test('while the password changes is refused, and no session is left', async () => {
    const { id } = await newUser('ana@example.com');
    database.before = ({ operation }) => {
      if (operation !== 'TransactWriteCommand') return;
      database.before = () => undefined;
      database.set('access', { ...userRow(id), passwordSerial: 2, passwordHash: 'other' } as never);
    };
    expect(await outcome(attempt())).toBe('INVALID_CREDENTIALS');
    expect(sessionsOf(userRow(id))).toEqual([]);
  });
});

describe('guessing', () => {
  test('is slowed per address of a person, from wherever it comes, and does not lock its owner out', async () => {
    await newUser('ana@example.com');
    expect(await outcome(attempt({}, '198.51.100.1')), 'the owner, from home').toBe('signed in');
    const guesses = await Promise.all(
      Array.from({ length: 40 }, (_, i) => outcome(attempt({ password: `guess ${i}` }, `203.0.113.${i}`))),
    );
    expect(guesses.filter((guess) => guess === 'INVALID_CREDENTIALS')).toHaveLength(14);
    expect(guesses.filter((guess) => guess === 'RATE_LIMIT_EXCEEDED')).toHaveLength(26);
    expect(await outcome(attempt({}, '192.0.2.1')), 'the right password from elsewhere').toBe('RATE_LIMIT_EXCEEDED');
    expect(await outcome(attempt({}, '198.51.100.1')), 'the owner, from home').toBe('signed in');
    vi.advanceTimersByTime(61_000);
    expect(await outcome(attempt({}, '192.0.2.1'))).toBe('signed in');
  });

  test('from a known network is slowed there', async () => {
    await newUser('ana@example.com');
    await attempt({}, '198.51.100.1');
    const guesses = await Promise.all(
      Array.from({ length: 20 }, () => outcome(attempt({ password: 'guess' }, '198.51.100.1'))),
    );
    expect(
      guesses.filter((guess) => guess === 'INVALID_CREDENTIALS'),
      'beside the sign-in',
    ).toHaveLength(14);
  });

  test('is slowed per network, of IPv6 by the 64 bits of a customer', async () => {
    const from = (address: (i: number) => string) =>
      Promise.all(
        Array.from({ length: 62 }, (_, i) =>
          outcome(attempt({ email: `u${i}@example.com`, password: 'x' }, address(i))),
        ),
      );
    const refused = (answers: string[]) => answers.filter((answer) => answer === 'RATE_LIMIT_EXCEEDED').length;
    expect(refused(await from(() => '203.0.113.9'))).toBe(2);
    expect(refused(await from((i) => `2001:db8:1:2:${i.toString(16)}::1`))).toBe(2);
    expect(refused(await from((i) => `2001:db8:2:${i.toString(16)}::1`))).toBe(0);
  }, 60_000);

  test('the response says how long to wait', async () => {
    for (let i = 0; i < 15; i++) await outcome(attempt({ password: 'x' }));
    const refusal = (await attempt().catch((error: Problem) => error)) as Problem;
    expect(refusal).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', details: { limit: 15, period_seconds: 60 } });
    expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  test('from a known network is counted separately while the user continues to sign in there', async () => {
    await newUser('ana@example.com');
    for (let day = 0; day < 120; day += 60) {
      await attempt({}, '198.51.100.1');
      vi.advanceTimersByTime(60 * 86_400_000);
    }
    for (let i = 0; i < 15; i++) await outcome(attempt({ password: 'x' }, `203.0.113.${i}`));
    expect(await outcome(attempt({}, '198.51.100.1'))).toBe('signed in');
  });

  test('a network without a sign-in for ninety days is no longer known', async () => {
    await newUser('ana@example.com');
    await attempt({}, '198.51.100.1');
    vi.advanceTimersByTime(91 * 86_400_000);
    for (let i = 0; i < 15; i++) await outcome(attempt({ password: 'x' }, `203.0.113.${i}`));
    expect(await outcome(attempt({}, '198.51.100.1'))).toBe('RATE_LIMIT_EXCEEDED');
  });

  test('a network that is known from another record allows no attempts at the other records of the address', async () => {
    await newUser('ana@example.com');
    const theirs = await workspaceWith();
    await newUser('ana@example.com', { passwordHash: await hashPassword('Attacker-horse-9') }, theirs);
    const networks = Array.from({ length: 4 }, (_, i) => `203.0.113.${i}`);
    for (const from of networks) await attempt({ password: 'Attacker-horse-9', workspace: theirs.slug }, from);
    vi.advanceTimersByTime(61_000);
    const guesses: string[] = [];
    for (const from of networks) {
      for (let i = 0; i < 8; i++) {
        guesses.push(await outcome(attempt({ password: `guess ${i}`, workspace: workspace.slug }, from)));
      }
    }
    expect(guesses.filter((guess) => guess === 'INVALID_CREDENTIALS')).toHaveLength(15);
    expect(await outcome(attempt({}, networks[0])), 'nor by naming no workspace').toBe('INVALID_CREDENTIALS');
    vi.advanceTimersByTime(61_000);
    expect(await outcome(attempt({}, '198.51.100.1')), 'the owner, from home').toBe('signed in');
    for (let i = 0; i < 20; i++) await outcome(attempt({ password: 'x' }, `192.0.2.${i}`));
    expect(await outcome(attempt({}, '198.51.100.1')), 'the owner, though guesses used all tries up').toBe('signed in');
  }, 30_000);

  test('costs no more for an address in very many workspaces, and locks nobody out', async () => {
    await newUser('ana@example.com');
    vi.advanceTimersByTime(1); // ids of one millisecond have no fixed order
    for (let i = 0; i < 120; i++) await newUser('ana@example.com', {}, await workspaceWith());
    vi.advanceTimersByTime(1);
    const last = await workspaceWith();
    await newUser('ana@example.com', { passwordHash: await hashPassword('Another-horse-8') }, last);
    expect(await outcome(attempt({ password: 'wrong' }))).toBe('INVALID_CREDENTIALS');
    const refusal = (await attempt().catch((error: Problem) => error)) as Problem;
    expect(refusal.details?.workspaces).toHaveLength(20);
    expect(refusal.details?.workspaces).toContainEqual(expect.objectContaining({ id: workspace.id }));
    expect(await outcome(attempt({ password: 'Another-horse-8', workspace: last.slug }))).toBe('signed in');
  }, 60_000);
});
