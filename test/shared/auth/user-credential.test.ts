import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mintApiKey, parseApiKey } from '../../../shared/auth/api-key.ts';
import { readClaim } from '../../../shared/auth/claim.ts';
import { userRateLimit } from '../../../shared/auth/credential.ts';
import { type Accepted, credentials } from '../../../shared/auth/credentials.ts';
import { type Role, roles, scopeRules, scopes } from '../../../shared/auth/scopes.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import type { Route } from '../../../shared/http/route.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { startSession } from '../../../shared/sessions/start.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { base62 } from '../../../shared/tenancy/base62.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { emailTaken, newUserRow, putUser } from '../../../shared/users/register.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { keyOf, workspaceWith } from '../support/platform.ts';

/**
 * Access tokens as credentials, and limits of endpoints in addition to the rate limits of both kinds of credentials.
 */

const now = Date.parse('2026-03-22T10:00:00Z');
const [older, newer] = [newTokenKey('t1'), newTokenKey('t2')];
const request = { id: 'req_1', address: '203.0.113.9' };
let database: DynamoDbFake;
let workspace: WorkspaceRow;

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  database = new DynamoDbFake();
  useTokenKeys(older);
  signInProcess(older);
  workspace = await workspaceWith({ plan: 'enterprise' });
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function signedIn(role: Role = 'editor'): Promise<{ token: string; user: UserRow }> {
  const email = `${role}-${Math.random().toString(36).slice(2)}@example.com`;
  const user = newUserRow({ email, name: '', role, passwordHash: '', emailVerified: true }, Date.now());
  const transaction = new Transaction();
  putUser(transaction, workspace.reference, user, emailTaken);
  await transaction.commit();
  const tokens = await startSession({ workspace, user }, request);
  return { token: tokens.access_token, user };
}

type Asked = Pick<Route, 'scope' | 'limit'>;
const accept = async (credential: string, route: Asked = { scope: 'any' }): Promise<Accepted> =>
  credentials.open().accept(await readClaim({ authorization: `Bearer ${credential}` }), route, request);
const outcome = (answer: Promise<Accepted>) =>
  answer.then(
    ({ refusal }) => refusal?.code ?? 'accepted',
    (error: Problem) => error.code ?? String(error),
  );
const rowOf = ({ id }: UserRow) => database.rows('access').find(({ sk }) => sk === id)!;
const countOf = (row: Record<string, unknown>) =>
  Object.entries(row).flatMap(([name, value]) => (/^n\d+$/.test(name) ? [value] : []));

describe('an access token', () => {
  test('is the person, in one wave of two calls', async () => {
    const { token, user } = await signedIn('manager');
    database.calls.length = 0;
    const { caller, rates } = await accept(token);
    expect(caller).toMatchObject({
      tenant: { id: workspace.id },
      principal: `user_${user.id}`,
      user: { id: user.id, role: 'manager', row: { email: user.email } },
      key: undefined,
    });
    expect(rates).toMatchObject([{ policy: 'tier', limit: 3600, remaining: 3599 }]);
    expect(database.calls.map(({ operation }) => operation).sort()).toEqual(['GetCommand', 'UpdateCommand']);
    expect(rowOf(user)).toMatchObject({ m202603: 1 });
  });

  test.each(roles)('of role %s holds exactly the scopes of the table', async (role) => {
    const { token } = await signedIn(role);
    const held = scopes.filter((scope) => scopeRules[scope].by[roles.indexOf(role)] !== '-');
    expect([...(await accept(token)).caller.scopes].sort()).toEqual(held.toSorted());
    for (const scope of ['geofences:delete', 'users:write', 'workspace:owner'] as const) {
      expect(await outcome(accept(token, { scope }))).toBe(held.includes(scope) ? 'accepted' : 'SCOPE_MISSING');
    }
    expect(await outcome(accept(token, { scope: 'session' }))).toBe('accepted');
  });

  test('is as much as the role that its user has now', async () => {
    const { token, user } = await signedIn('admin');
    database.set('access', { ...rowOf(user), role: 'viewer' } as never);
    expect(await outcome(accept(token, { scope: 'users:write' }))).toBe('SCOPE_MISSING');
  });

  test('of the key before and of the key now are both good while both are published', async () => {
    const { token: before, user } = await signedIn();
    useTokenKeys(older, newer);
    signInProcess(newer);
    const { access_token: after } = await startSession({ workspace, user: rowOf(user) as unknown as UserRow }, request);
    expect([await outcome(accept(before)), await outcome(accept(after))]).toEqual(['accepted', 'accepted']);
    useTokenKeys(newer);
    expect([await outcome(accept(before)), await outcome(accept(after))]).toEqual(['TOKEN_INVALID', 'accepted']);
  });

  test('counts all sessions of its user together, exactly', async () => {
    const { token, user } = await signedIn();
    const row = rowOf(user) as unknown as UserRow;
    const { access_token: other } = await startSession({ workspace, user: row }, request);
    await accept(token);
    const [counter] = Object.keys(rowOf(user)).filter((name) => /^n\d+$/.test(name));
    database.set('access', { ...rowOf(user), [counter!]: userRateLimit - 3 } as never);
    const answers = await Promise.all([token, other, token, other, token].map((one) => outcome(accept(one))));
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(3);
    expect(answers.filter((answer) => answer === 'RATE_LIMIT_EXCEEDED')).toHaveLength(2);
  });

  test('that is refused as ended does not count', async () => {
    const { token, user } = await signedIn();
    database.set('access', { ...rowOf(user), status: 'disabled' } as never);
    for (let i = 0; i < 3; i++) expect(await outcome(accept(token))).toBe('TOKEN_REVOKED');
    expect(countOf(rowOf(user))).toEqual([]);
  });

  test('is counted while a transaction changes its user, and passes while the counter is unavailable', async () => {
    const { token } = await signedIn();
    let conflicts = 3;
    database.before = ({ operation }) => {
      if (operation === 'UpdateCommand' && conflicts-- > 0) throw fault('TransactionConflictException');
    };
    expect(await outcome(accept(token))).toBe('accepted');
    database.before = ({ operation }) => {
      if (operation === 'UpdateCommand') throw fault('ThrottlingException');
    };
    expect(await accept(token)).toMatchObject({ uncounted: true, refusal: undefined });
  });
});

describe('a limit of an endpoint', () => {
  const bulk = { scope: 'geofences:write', limit: 'bulk' } as const;
  const ingest = { scope: 'locations:write', limit: 'ingest' } as const;

  test('of a workspace is counted once the credential is good, for keys and people apart, in place of the tier', async () => {
    const { token, user } = await signedIn();
    const [one, other] = [await keyOf(workspace), await keyOf(workspace)];
    database.calls.length = 0;
    const { rates } = await accept(token, bulk);
    expect(database.calls.map(({ operation }) => operation).sort()).toEqual([
      'GetCommand',
      'UpdateCommand',
      'UpdateCommand',
    ]);
    expect(rates).toMatchObject([
      { policy: 'bulk', limit: 10, remaining: 9 },
      { policy: 'tier', limit: 3600, remaining: 3600 },
    ]);
    expect(countOf(rowOf(user))).toEqual([]);
    expect(rowOf(user)).toMatchObject({ m202603: 1, lastUsedAt: now });
    const answers = await Promise.all(Array.from({ length: 70 }, (_, i) => outcome(accept(i % 2 ? one : other, bulk))));
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(60);
    const refused = await Promise.all(Array.from({ length: 12 }, () => outcome(accept(token, bulk))));
    expect(refused.filter((answer) => answer === 'accepted')).toHaveLength(9);
    expect(await outcome(accept(token, { scope: 'geofences:write' }))).toBe('accepted');
  });

  test('beside the tier counts both', async () => {
    const key = await keyOf(workspace, { scopes: ['locations:write'], rateLimit: 2 });
    const { rates } = await accept(key, ingest);
    expect(rates).toMatchObject([
      { policy: 'ingest', limit: 1000, remaining: 999 },
      { policy: 'tier', limit: 2, remaining: 1 },
    ]);
    await accept(key, ingest);
    expect(await outcome(accept(key, ingest))).toBe('RATE_LIMIT_EXCEEDED');
    const counter = database.rows('access').find(({ pk }) => String(pk).includes('#limit#ingest'));
    expect(counter?.n, 'what the tier refused is given back').toBe(2);
  });

  test('is not used up by credentials that are not good', async () => {
    const dead = await keyOf(workspace, { expiresAt: now - 1 });
    for (let i = 0; i < 70; i++) expect(await outcome(accept(dead, bulk))).toBe('KEY_EXPIRED');
    expect(await outcome(accept(await keyOf(workspace), bulk))).toBe('accepted');
  });

  test('is not used up by made-up keys, or by someone who has seen the id of one', async () => {
    const good = await keyOf(workspace, { scopes: ['geofences:write', 'locations:write'], rateLimit: 5000 });
    const wrong = mintApiKey(workspace.reference, 'live').key;
    const { keyId } = parseApiKey(good)!;
    const unchecked = `hx_live_${keyId}_${'x'.repeat(32)}`;
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(unchecked));
    const seen = unchecked + base62(checksum, 6);
    const burst = async (key: string, route: Asked, times: number) =>
      new Set(await Promise.all(Array.from({ length: times }, () => outcome(accept(key, route)))));
    for (const key of [wrong, seen]) {
      expect(await burst(key, bulk, 130)).toEqual(new Set(['KEY_INVALID']));
      expect(await outcome(accept(good, bulk))).toBe('accepted');
      await burst(key, ingest, 1200);
      const { rates } = await accept(good, ingest);
      expect(rates[0]).toMatchObject({ policy: 'ingest', remaining: key === wrong ? 999 : 998 });
    }
    let during: string | undefined;
    database.after = async ({ operation }) => {
      if (operation !== 'UpdateCommand') return;
      database.after = () => undefined;
      await burst(seen, bulk, 60);
      during = await outcome(accept(good, bulk));
    };
    await outcome(accept(seen, bulk));
    await outcome(accept(good));
    expect(during, 'nor while they are being refused').toBe('accepted');
  });

  test('of a workspace is not used up by members who may not do it', async () => {
    const { token: viewer } = await signedIn('viewer');
    for (let i = 0; i < 12; i++) expect(await outcome(accept(viewer, bulk))).toBe('SCOPE_MISSING');
    expect(await outcome(accept((await signedIn()).token, bulk))).toBe('accepted');
  });

  test('reports a missing scope first', async () => {
    const key = await keyOf(workspace, { scopes: ['geofences:read'] });
    const answers = await Promise.all(Array.from({ length: 62 }, () => outcome(accept(key, bulk))));
    expect(new Set(answers)).toEqual(new Set(['SCOPE_MISSING']));
  });

  test('never admits one request too many, even in races', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }), async (bursts) => {
        workspace = await workspaceWith({ plan: 'enterprise' });
        const keys = [await keyOf(workspace), await keyOf(workspace)];
        let admitted = 0;
        for (const burst of bursts) {
          const answers = await Promise.all(
            Array.from({ length: burst }, (_, i) => outcome(accept(keys[i % 2]!, bulk))),
          );
          const passed = answers.filter((answer) => answer === 'accepted').length;
          expect(passed).toBe(Math.min(burst, 60 - admitted));
          admitted += passed;
        }
      }),
      { numRuns: 20 },
    );
  });
});
