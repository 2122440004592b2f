import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { mintOneTimeToken, type TokenPurpose } from '../../../shared/auth/one-time-token.ts';
import { hashPassword, verifyPassword } from '../../../shared/auth/password.ts';
import { sessionsOf } from '../../../shared/auth/session-marker.ts';
import { verifyToken } from '../../../shared/auth/tokens.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { changePasswords } from '../../../shared/sessions/new-password.ts';
import { recoverAccounts } from '../../../shared/sessions/recover.ts';
import { startSession } from '../../../shared/sessions/start.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { tenantOf, type WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { emailTaken, newUserRow, putUser } from '../../../shared/users/register.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { person } from '../support/people.ts';
import { workspaceWith } from '../support/platform.ts';

/** New passwords and verified addresses: who may set them, once, and what they end. */

const now = Date.parse('2026-03-22T10:00:00Z');
const visitor = { id: 'req_TEST', address: '203.0.113.9' };
const key = newTokenKey('t1');
const password = 'Correct-horse-7';
const passwordHash = await hashPassword(password);
let database: DynamoDbFake;
let workspace: WorkspaceRow;
let user: UserRow;

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  database = new DynamoDbFake();
  useTokenKeys(key);
  signInProcess(key);
  workspace = await workspaceWith();
  user = newUserRow({ email: 'ana@example.com', name: '', role: 'editor', passwordHash, emailVerified: false }, now);
  const transaction = new Transaction();
  putUser(transaction, workspace.reference, user, emailTaken);
  await transaction.commit();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const row = () => database.rows('access').find(({ sk }) => sk === user.id) as unknown as UserRow;
const sessions = () => sessionsOf(row() as never).map(({ id }) => id);
const outcome = (answer: Promise<unknown>) =>
  answer.then(
    () => 'done',
    (error: Problem) => error.code ?? String(error),
  );
async function tokenFor(purpose: TokenPurpose, serial = row().passwordSerial): Promise<string> {
  const transaction = new Transaction();
  const token = mintOneTimeToken(transaction, purpose, { tenant: workspace.reference, subject: user.id, serial });
  await transaction.commit();
  return token;
}
async function signIn(): Promise<Caller> {
  const tokens = await startSession({ workspace, user: row() }, visitor);
  const { sid } = await verifyToken(tokens.access_token, 'at+jwt');
  const caller = person('editor', tenantOf(workspace));
  return { ...caller, principal: `user_${user.id}`, user: { id: user.id, role: 'editor', sessionId: sid, row: row() } };
}
const reset = (token: string, next = 'NewPass123!') => recoverAccounts.open().resetPassword(token, next, visitor);
const actions = () => database.rows('main').map(({ action }) => action);

describe('a token of a mail', () => {
  test('sets a password, ends all sessions, verifies the address, and works once', async () => {
    await signIn();
    await signIn();
    const [token, second] = [await tokenFor('password_reset'), await tokenFor('password_reset')];
    await reset(token);
    expect(await verifyPassword(row().passwordHash, 'NewPass123!')).toBe(true);
    expect(row()).toMatchObject({ passwordSerial: 2, emailVerified: true, version: 2 });
    expect(sessions()).toEqual([]);
    expect(actions()).toContain('auth.password_reset');
    expect(await outcome(reset(token))).toBe('ONE_TIME_TOKEN_INVALID');
    expect(await outcome(reset(second)), 'an older mail').toBe('ONE_TIME_TOKEN_INVALID');
  });

  test('used twice at once works once', async () => {
    const token = await tokenFor('password_reset');
    const outcomes = await Promise.all([outcome(reset(token)), outcome(reset(token, 'Another-horse-8'))]);
    expect(outcomes.toSorted()).toEqual(['ONE_TIME_TOKEN_INVALID', 'done']);
    expect(row().passwordSerial).toBe(2);
  });

  test('is valid for one purpose, for an hour, and for an existing user', async () => {
    expect(await outcome(reset(await tokenFor('verify_email')))).toBe('ONE_TIME_TOKEN_INVALID');
    const late = await tokenFor('password_reset');
    vi.advanceTimersByTime(3_600_000);
    expect(await outcome(reset(late))).toBe('ONE_TIME_TOKEN_INVALID');
    const token = await tokenFor('password_reset');
    database.set('access', { ...row(), status: 'disabled' } as never);
    expect(await outcome(reset(token))).toBe('ONE_TIME_TOKEN_INVALID');
  });

  test.each([0, 1])(
    'misses no session of a sign-in that comes between, after %i in the same instant',
    async (before) => {
      for (let i = 0; i < before; i++) await signIn();
      const token = await tokenFor('password_reset');
      let between = true;
      database.before = async ({ operation, input }) => {
        if (operation !== 'TransactWriteCommand' || !JSON.stringify(input).includes('passwordHash') || !between) return;
        between = false;
        await signIn();
      };
      await reset(token);
      expect(sessions()).toEqual([]);
    },
  );

  test('gives no version to two states of a user', async () => {
    const token = await tokenFor('password_reset');
    let between = true;
    database.before = async ({ operation, input }) => {
      if (operation !== 'TransactWriteCommand' || !JSON.stringify(input).includes('passwordHash') || !between) return;
      between = false;
      database.set('access', { ...row(), name: 'Ana', version: 2 } as never);
    };
    await reset(token);
    expect(row()).toMatchObject({ name: 'Ana', emailVerified: true, version: 3 });
  });

  test('verifies an address', async () => {
    const token = await tokenFor('verify_email');
    expect(await recoverAccounts.open().verifyEmail(token, visitor)).toBe('ana@example.com');
    expect(row()).toMatchObject({ emailVerified: true, version: 2, passwordSerial: 1 });
    expect(await outcome(recoverAccounts.open().verifyEmail(token, visitor))).toBe('ONE_TIME_TOKEN_INVALID');
  });

  test('verifies an address though the password has changed since the mail', async () => {
    const token = await tokenFor('verify_email');
    await changePasswords.open().change(await signIn(), { current: password, next: 'NewPass123!' });
    expect(await recoverAccounts.open().verifyEmail(token, visitor)).toBe('ana@example.com');
    expect(row()).toMatchObject({ emailVerified: true, passwordSerial: 2 });
  });

  test('cannot be guessed at will', async () => {
    const tries = await Promise.all(Array.from({ length: 32 }, () => outcome(reset('A'.repeat(43)))));
    expect(tries.filter((one) => one === 'RATE_LIMIT_EXCEEDED')).toHaveLength(2);
  });
});

describe('a change of password', () => {
  const change = (caller: Caller, current: string, next = 'NewPass123!') =>
    changePasswords.open().change(caller, { current, next });

  test('ends all sessions except its own, and invalidates mails that were sent before', async () => {
    await signIn();
    const mailed = await tokenFor('password_reset');
    const me = await signIn();
    await change(me, password);
    expect(sessions()).toEqual([me.user!.sessionId]);
    expect(await verifyPassword(row().passwordHash, 'NewPass123!')).toBe(true);
    expect(await outcome(reset(mailed))).toBe('ONE_TIME_TOKEN_INVALID');
    expect(JSON.stringify(database.rows('main'))).not.toMatch(/argon2|NewPass|horse/);
  });

  test('needs the present password, of which few may be tried', async () => {
    const me = await signIn();
    const tries = [];
    for (let i = 0; i < 16; i++) tries.push(await outcome(change(me, `guess ${i}`)));
    expect(tries).toEqual([...Array(15).fill('PASSWORD_INCORRECT'), 'RATE_LIMIT_EXCEEDED']);
    expect(row().passwordSerial).toBe(1);
  });

  test('after somebody else changed it is refused', async () => {
    const me = await signIn();
    await reset(await tokenFor('password_reset'), 'Another-horse-8');
    expect(await outcome(change(me, password))).toBe('PASSWORD_INCORRECT');
    expect(await verifyPassword(row().passwordHash, 'Another-horse-8')).toBe(true);
  });
});
