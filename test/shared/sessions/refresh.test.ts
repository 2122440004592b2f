import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readClaim } from '../../../shared/auth/claim.ts';
import { credentials } from '../../../shared/auth/credentials.ts';
import { sessionSeconds } from '../../../shared/auth/session-marker.ts';
import { verifyToken } from '../../../shared/auth/tokens.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { graceMilliseconds, refreshSessions } from '../../../shared/sessions/refresh.ts';
import type { Tokens } from '../../../shared/sessions/session.ts';
import { startSession } from '../../../shared/sessions/start.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { emailTaken, newUserRow, putUser } from '../../../shared/users/register.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { workspaceWith } from '../support/platform.ts';

/** Families of refresh tokens: each token is valid once, and the reuse of an old one ends the session. */

const now = Date.parse('2026-03-22T10:00:00Z');
const visitor = { id: 'req_TEST', address: '203.0.113.9' };
const key = newTokenKey('t1');
let database: DynamoDbFake;
let workspace: WorkspaceRow;
let user: UserRow;

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  database = new DynamoDbFake();
  useTokenKeys(key);
  signInProcess(key);
  workspace = await workspaceWith({ plan: 'enterprise' });
  user = await newUser();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

let number = 0;
async function newUser(): Promise<UserRow> {
  number += 1;
  const draft = {
    email: `u${number}@example.com`,
    name: '',
    role: 'editor',
    passwordHash: '',
    emailVerified: true,
  } as const;
  const row = newUserRow(draft, Date.now());
  const transaction = new Transaction();
  putUser(transaction, workspace.reference, row, emailTaken);
  await transaction.commit();
  return row;
}

const rowOf = ({ id }: UserRow) => database.rows('access').find((row) => row.sk === id) as unknown as UserRow;
const begin = (who = user) => startSession({ workspace, user: rowOf(who) }, visitor);
const again = (token: string) => refreshSessions.open().refresh(token, visitor);
const outcome = (answer: Promise<Tokens>) =>
  answer.then(
    (tokens) => tokens.refresh_token,
    (error: Problem) => error.code ?? String(error),
  );
const accessWith = (token: string) =>
  readClaim({ authorization: `Bearer ${token}` })
    .then((claim) => credentials.open().accept(claim, { scope: 'session' }, visitor))
    .then(
      ({ caller }) => caller.principal,
      (error: Problem) => error.code ?? String(error),
    );

describe('a refresh', () => {
  test('answers new tokens of the same session, whose end does not move', async () => {
    const first = await begin();
    vi.advanceTimersByTime(60_000);
    const second = await again(first.refresh_token);
    expect(second).toMatchObject({ token_type: 'bearer', expires_in: 86_400 });
    const [a, b] = [
      await verifyToken(first.refresh_token, 'rt+jwt'),
      await verifyToken(second.refresh_token, 'rt+jwt'),
    ];
    expect(b).toMatchObject({ sid: a.sid, exp: a.exp, gen: a.gen + 1 });
    expect(b.jti).not.toBe(a.jti);
    expect(await accessWith(second.access_token)).toBe(`user_${user.id}`);
    expect(await accessWith(first.access_token), 'older access tokens live on').toBe(`user_${user.id}`);
  });

  test('carries the role and the life that hold now', async () => {
    const first = await begin();
    database.set('access', { ...database.rows('access').find(({ sk }) => sk === user.id)!, role: 'viewer' } as never);
    database.set('main', {
      ...database.rows('main').find(({ pk }) => pk === `${workspace.reference}#workspace`)!,
      accessTokenTtlSeconds: 900,
    } as never);
    const second = await again(first.refresh_token);
    expect(second.expires_in).toBe(900);
    expect(await verifyToken(second.access_token, 'at+jwt')).toMatchObject({ role: 'viewer', tid: workspace.id });
  });

  test('whose response was lost gets the same response within the grace period, and counts as stolen after it', async () => {
    const first = await begin();
    const second = await again(first.refresh_token);
    vi.advanceTimersByTime(graceMilliseconds);
    expect(await again(first.refresh_token)).toEqual(second);
    vi.advanceTimersByTime(1);
    expect(await outcome(again(first.refresh_token))).toBe('REFRESH_TOKEN_REUSED');
    expect(await outcome(again(second.refresh_token))).toBe('TOKEN_REVOKED');
    expect(await accessWith(second.access_token)).toBe('TOKEN_REVOKED');
  });

  test('of a token two generations old is theft, however quick', async () => {
    const first = await begin();
    const second = await again(first.refresh_token);
    await again(second.refresh_token);
    expect(await outcome(again(first.refresh_token))).toBe('REFRESH_TOKEN_REUSED');
  });

  test('ends seven days after sign-in, whatever was refreshed', async () => {
    let { refresh_token: token } = await begin();
    for (let day = 0; day < 6; day++) {
      vi.advanceTimersByTime(86_400_000);
      token = (await again(token)).refresh_token;
    }
    vi.advanceTimersByTime(86_399_000);
    const last = await again(token);
    expect(last.expires_in).toBe(1);
    vi.setSystemTime(now + sessionSeconds * 1000 + 1000);
    expect(await outcome(again(last.refresh_token))).toBe('TOKEN_EXPIRED');
  });

  test('cannot be used as an access token, nor the reverse', async () => {
    const { access_token, refresh_token } = await begin();
    expect(await outcome(again(access_token))).toBe('TOKEN_INVALID');
    expect(await accessWith(refresh_token)).toBe('TOKEN_INVALID');
    expect(await outcome(again('eyJ.nothing.x'))).toBe('TOKEN_INVALID');
  });

  test('that is refused speaks of refresh tokens', async () => {
    const sentenceFor = (token: string) => again(token).catch((error: Problem) => error.message);
    expect(await sentenceFor((await begin()).access_token)).toContain('not a valid refresh token');
    const { refresh_token: late } = await begin();
    vi.setSystemTime(now + sessionSeconds * 1000 + 1000);
    expect(await sentenceFor(late)).toBe('The refresh token has expired with its session; sign in again.');
  });

  test('of somebody disabled or deleted is refused as ended', async () => {
    const { refresh_token: token } = await begin();
    const row = database.rows('access').find(({ sk }) => sk === user.id)!;
    database.set('access', { ...row, status: 'disabled' } as never);
    expect(await outcome(again(token))).toBe('TOKEN_REVOKED');
    database.remove('access', String(row.pk), String(row.sk));
    expect(await outcome(again(token))).toBe('TOKEN_INVALID');
  });

  test('keeps nothing of its answer that the database could read', async () => {
    const first = await begin();
    const second = await again(first.refresh_token);
    const kept = JSON.stringify(database.rows('access'), (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    for (const token of [first.refresh_token, second.refresh_token, second.access_token]) {
      expect(kept).not.toContain(token.split('.')[2]!);
    }
  });

  test('is at most thirty a minute a session; refused tokens do not count', async () => {
    let { refresh_token: token } = await begin();
    for (let i = 0; i < 30; i++) token = (await again(token)).refresh_token;
    await expect(again(token)).rejects.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', details: { limit: 30 } });
    const other = await newUser();
    const theirs = await begin(other);
    const row = database.rows('access').find(({ sk }) => sk === other.id)!;
    database.set('access', { ...row, status: 'disabled' } as never);
    for (let i = 0; i < 40; i++) expect(await outcome(again(theirs.refresh_token))).toBe('TOKEN_REVOKED');
  });

  test('that is interrupted can be repeated', async () => {
    const first = await begin();
    let broken = true;
    database.after = ({ operation }) => {
      if (operation !== 'TransactWriteCommand' || !broken) return;
      broken = false;
      throw fault('TimeoutError');
    };
    expect(await outcome(again(first.refresh_token))).toMatch(/TimeoutError/);
    const second = await again(first.refresh_token);
    expect(await outcome(again(second.refresh_token))).not.toBe('REFRESH_TOKEN_REUSED');
  });
});

/** The state of a family in the naive reference. */
interface Family {
  readonly tokens: string[];
  rotatedAt: number;
  ended: boolean;
}

test('any history of refreshes, replays, thefts and sign-outs is that of the naive reference', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('refresh' as const), family: fc.nat(2), back: fc.constantFrom(0, 0, 0, 1, 1, 2, 3) }),
    fc.record({
      kind: fc.constant('at once' as const),
      family: fc.nat(2),
      back: fc.constantFrom(0, 0, 1, 2),
      times: fc.integer({ min: 2, max: 5 }),
    }),
    fc.record({
      kind: fc.constant('wait' as const),
      milliseconds: fc.constantFrom(1, 1000, graceMilliseconds, graceMilliseconds + 1),
    }),
    fc.record({ kind: fc.constant('begin' as const), family: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      vi.setSystemTime(Date.now() + 3_600_000);
      const who = await newUser();
      const families: (Family | undefined)[] = [];
      const start = async () => ({ tokens: [(await begin(who)).refresh_token], rotatedAt: 0, ended: false });
      /** The expected response to a refresh, and its effect on the family. */
      const expected = (family: Family, index: number): 'new' | string => {
        if (family.ended) return 'TOKEN_REVOKED';
        const last = family.tokens.length - 1;
        if (index === last) return 'new';
        if (index === last - 1 && Date.now() - family.rotatedAt <= graceMilliseconds) return family.tokens[last]!;
        family.ended = true;
        return 'REFRESH_TOKEN_REUSED';
      };
      for (const one of steps) {
        if (one.kind === 'wait') {
          vi.advanceTimersByTime(one.milliseconds);
          continue;
        }
        let family = families[one.family];
        if (!family || one.kind === 'begin') {
          family = await start();
          families[one.family] = family;
          continue;
        }
        const index = Math.max(0, family.tokens.length - 1 - one.back);
        const token = family.tokens[index]!;
        const times = one.kind === 'at once' ? one.times : 1;
        const answers = await Promise.all(Array.from({ length: times }, () => outcome(again(token))));
        const limited = answers.filter((answer) => answer === 'RATE_LIMIT_EXCEEDED').length;
        if (limited > 0) return; // thirty a minute: another test covers this limit
        const wanted = expected(family, index);
        if (wanted === 'new') {
          // All of them are the same successor: the first request rotates, the others get the same response.
          expect(new Set(answers).size).toBe(1);
          expect(answers[0]).toMatch(/^eyJ/);
          family.tokens.push(answers[0]!);
          family.rotatedAt = Date.now();
        } else if (wanted === 'REFRESH_TOKEN_REUSED') {
          expect(answers.every((answer) => ['REFRESH_TOKEN_REUSED', 'TOKEN_REVOKED'].includes(answer))).toBe(true);
          expect(answers).toContain('REFRESH_TOKEN_REUSED');
        } else expect(new Set(answers)).toEqual(new Set([wanted]));
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
