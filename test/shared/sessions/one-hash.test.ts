import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mintOneTimeToken } from '../../../shared/auth/one-time-token.ts';
import { hashPassword, shareParameters } from '../../../shared/auth/password.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { acceptInvitations } from '../../../shared/sessions/join.ts';
import { startSessions } from '../../../shared/sessions/login.ts';
import { changePasswords } from '../../../shared/sessions/new-password.ts';
import { recoverAccounts } from '../../../shared/sessions/recover.ts';
import { signUpOwners } from '../../../shared/sessions/sign-up.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { createUsers } from '../../../shared/users/create.ts';
import { inviteUsers } from '../../../shared/users/invite.ts';
import { removeUsers } from '../../../shared/users/remove.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { Crew, outcome } from '../users/crew.ts';

/**
 * Anybody may create users with somebody else's address in a workspace of their own. Neither the time of a sign-in
 * (which depends on the number of hashes) nor its limit may reveal whether the address has users elsewhere.
 */

const computed = vi.hoisted(() => ({ hashes: 0 }));
vi.mock(import('node:crypto'), async (original) => {
  const real = await original();
  const argon2: typeof real.argon2 = (algorithm, parameters, callback) => {
    computed.hashes += 1;
    // Only the number counts, so each is cheap.
    real.argon2(algorithm, { ...parameters, memory: 8 * parameters.parallelism, passes: 1 }, callback);
  };
  return { ...real, argon2 };
});

const now = Date.parse('2026-03-22T10:00:00Z');
const key = newTokenKey('t1');
const email = 'victim@example.com';
const password = 'Correct-horse-7';
const other = 'Another-horse-8';
const home = { id: 'req_TEST', address: '203.0.113.9' };
let database: DynamoDbFake;

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  vi.stubEnv('SIGN_UP', 'true');
  database = new DynamoDbFake();
  useTokenKeys(key);
  signInProcess(key);
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

interface Place {
  readonly crew: Crew;
  readonly owner: string;
}

async function workspace(): Promise<Place> {
  const crew = await Crew.of(database);
  return { crew, owner: (await crew.add('owner')).id };
}

/** A user with the address, created as admins create users. */
async function member({ crew, owner }: Place, given = password): Promise<UserRow> {
  const draft = { email, password: given, role: 'editor', name: '' } as const;
  const { id } = await createUsers.open().create(crew.caller(owner), draft, unrecorded);
  vi.advanceTimersByTime(1); // ids of one millisecond have no fixed order
  return crew.row(id);
}

const attempt = (given: { password?: string; workspace?: string } = {}, from = home) =>
  outcome(startSessions.open().login({ email, password, ...given }, from));

/** The number of hashes that an action computes, and its outcome. */
async function cost(act: () => Promise<unknown>): Promise<[hashes: number, outcome: string]> {
  computed.hashes = 0;
  const result = await outcome(act());
  return [computed.hashes, result];
}

async function change({ crew }: Place, id: string, more: Partial<UserRow>): Promise<void> {
  database.set('access', { ...crew.row(id), ...more });
}

describe('sign-in computes one hash', () => {
  test.each([0, 1, 2, 5, 30])('where the address has %i records', async (records) => {
    const places: Place[] = [];
    for (let i = 0; i < records; i++) {
      places.push(await workspace());
      await member(places[i]!, i % 2 ? other : `${password}${i}`);
    }
    const [first] = places;
    for (const given of ['wrong', other, `${password}0`]) {
      const asked = [undefined, 'no-such-workspace', first?.crew.workspace.slug, places.at(-1)?.crew.workspace.id];
      for (const wanted of asked) {
        vi.advanceTimersByTime(61_000);
        const [hashes] = await cost(() =>
          startSessions.open().login({ email, password: given, workspace: wanted! }, home),
        );
        expect(hashes, `${given} in ${wanted}`).toBe(1);
      }
    }
  });

  test('where one has the password, several, somebody disabled, or nobody who may', async () => {
    const [one, two, three] = [await workspace(), await workspace(), await workspace()];
    const [a, b, c] = [await member(one), await member(two), await member(three, other)];
    expect(await cost(() => startSessions.open().login({ email, password }, home))).toEqual([1, 'WORKSPACE_REQUIRED']);
    await change(two, b.id, { status: 'disabled' });
    expect(await cost(() => startSessions.open().login({ email, password }, home))).toEqual([1, 'done']);
    await change(one, a.id, { status: 'disabled' });
    expect(await cost(() => startSessions.open().login({ email, password }, home))).toEqual([1, 'USER_DISABLED']);
    await change(three, c.id, { emailVerified: false });
    const row = database.rows('main').find(({ pk }) => pk === `${three.crew.workspace.reference}#workspace`)!;
    database.set('main', { ...row, requireEmailVerification: true });
    const unverified = () => startSessions.open().login({ email, password: other }, home);
    expect(await cost(unverified)).toEqual([1, 'EMAIL_NOT_VERIFIED']);
  });

  test('if records were created in every possible way', async () => {
    const [made, invited, reset, changed] = [
      await workspace(),
      await workspace(),
      await workspace(),
      await workspace(),
    ];
    const signedUp = await cost(() =>
      signUpOwners.open().signUp({ email, password: other, name: '', workspaceName: 'Theirs' }, home),
    );
    vi.advanceTimersByTime(1);
    const created = await cost(() => member(made));
    const { crew, owner } = invited;
    const { id } = await inviteUsers.open().invite(crew.caller(owner), { email, role: 'viewer' }, unrecorded);
    const joined = await cost(async () =>
      acceptInvitations.open().accept({ token: await minted('invitation', crew, id), password, name: '' }, home),
    );
    const user = await member(reset);
    const token = await minted('password_reset', reset.crew, user.id);
    const renewed = await cost(() => recoverAccounts.open().resetPassword(token, 'Third-horse-9', home));
    const { id: fourth } = await member(changed);
    const given = { current: password, next: 'Fourth-horse-10' };
    const replaced = await cost(() => changePasswords.open().change(changed.crew.caller(fourth), given));
    expect([signedUp, created, joined, renewed, replaced]).toEqual([
      [1, 'done'],
      [1, 'done'],
      [1, 'done'],
      [1, 'done'],
      [2, 'done'],
    ]);
    const hashes = database.rows('access').flatMap((row) => (row.email === email ? [String(row.passwordHash)] : []));
    expect(hashes).toHaveLength(5);
    for (const hash of hashes) expect(shareParameters(hash, hashes[0]!)).toBe(true);
    expect(await cost(() => startSessions.open().login({ email, password: 'wrong' }, home))).toEqual([
      1,
      'INVALID_CREDENTIALS',
    ]);
    for (const [given, place] of [
      ['Third-horse-9', reset],
      ['Fourth-horse-10', changed],
    ] as const) {
      expect(await attempt({ password: given, workspace: place.crew.workspace.slug })).toBe('done');
    }
  });

  test('also after the oldest record was deleted', async () => {
    const [one, two, three] = [await workspace(), await workspace(), await workspace()];
    const { id } = await member(one);
    await member(two);
    await removeUsers.open().remove(one.crew.caller(one.owner), id);
    await member(three, other);
    expect(await cost(() => startSessions.open().login({ email, password: 'wrong' }, home))).toEqual([
      1,
      'INVALID_CREDENTIALS',
    ]);
    expect([await attempt(), await attempt({ password: other })]).toEqual(['done', 'done']);
  });

  test('for two records that were created at the same moment, once the younger has signed in', async () => {
    const [one, two] = [await workspace(), await workspace()];
    await member(one);
    const { id } = await member(two, other);
    await change(two, id, { passwordHash: await hashPassword(other) });
    expect(await cost(() => startSessions.open().login({ email, password: 'wrong' }, home))).toEqual([
      2,
      'INVALID_CREDENTIALS',
    ]);
    expect(await attempt()).toBe('done');
    expect(await attempt({ password: other })).toBe('done');
    expect(await cost(() => startSessions.open().login({ email, password: 'wrong' }, home))).toEqual([
      1,
      'INVALID_CREDENTIALS',
    ]);
    expect([await attempt(), await attempt({ password: other })]).toEqual(['done', 'done']);
  });
});

async function minted(purpose: 'invitation' | 'password_reset', { workspace: { reference } }: Crew, subject: string) {
  const transaction = new Transaction();
  const token = mintOneTimeToken(transaction, purpose, { tenant: reference, subject, serial: 1 });
  await transaction.commit();
  return token;
}

describe('making a user of an address takes the same calls', () => {
  test('whether or not it has one elsewhere', async () => {
    const calls = async () => {
      const place = await workspace();
      database.calls.length = 0;
      await member(place);
      return database.calls.map(({ operation, input }) => [operation, input.TableName, input.TransactItems?.length]);
    };
    const first = await calls();
    expect(await calls()).toEqual(first);
  });
});

describe('the limit of an address', () => {
  /**
   * The responses to 40 wrong passwords in a minute, sent by someone who has a record of the address and a known
   * network for it.
   */
  async function guesses(hasVictim: boolean): Promise<string[]> {
    if (hasVictim) await member(await workspace());
    await member(await workspace(), other);
    expect(await attempt({ password: other })).toBe('done');
    vi.advanceTimersByTime(61_000);
    const answers: string[] = [];
    for (let i = 0; i < 40; i++) answers.push(await attempt({ password: 'wrong' }));
    return answers;
  }

  test('is met at the same attempt whether or not the address has a record elsewhere', async () => {
    const alone = await guesses(false);
    database.restore();
    database = new DynamoDbFake();
    vi.setSystemTime(now);
    expect(await guesses(true)).toEqual(alone);
    expect(alone.filter((answer) => answer === 'INVALID_CREDENTIALS')).toHaveLength(15);
  });
});

test('a failed sign-in is in the log of each workspace that it might have been about', async () => {
  const places = [await workspace(), await workspace(), await workspace()];
  for (const place of places) await member(place);
  await attempt({ password: 'wrong' });
  expect(places.map(({ crew }) => crew.events('auth.login_failed').length)).toEqual([1, 1, 1]);
});
