import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readClaim } from '../../../shared/auth/claim.ts';
import { credentials } from '../../../shared/auth/credentials.ts';
import type { RouteScope } from '../../../shared/auth/scopes.ts';
import { rateWindow, windowSeconds } from '../../../shared/limits/rate-window.ts';
import { revokeKey } from '../../../shared/operator/keys.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { base62 } from '../../../shared/tenancy/base62.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { type Call, DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { newTokenKey, useTokenKeys } from '../../support/token-keys.ts';
import { keyOf, workspaceWith } from '../support/platform.ts';

const resolver = credentials.open();
const now = Date.parse('2026-03-22T10:00:00Z');
let database: DynamoDbFake;
let workspace: WorkspaceRow;

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  database = new DynamoDbFake();
  useTokenKeys(newTokenKey('t1'));
  workspace = await workspaceWith();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const accept = async (key: string, scope: RouteScope = 'geofences:read', address = '203.0.113.9') =>
  await resolver.accept(await readClaim({ 'x-api-key': key }), { scope }, { id: 'req_1', address });
const codeOf = (outcome: Promise<{ refusal: Problem | undefined }>) =>
  outcome.then(
    ({ refusal }) => refusal?.code ?? 'accepted',
    (error: Problem) => error.code ?? String(error),
  );
const rowOf = (key: string) => database.rows('access').find(({ keyId }) => key.includes(String(keyId))) ?? {};
const countOf = (key: string) => Object.entries(rowOf(key)).flatMap(([name, n]) => (/^n\d+$/.test(name) ? [n] : []));

describe('the credential of a request', () => {
  const code = async (headers: Record<string, string>) => {
    try {
      return (await readClaim(headers)).key?.keyId;
    } catch (error) {
      return (error as Problem).code;
    }
  };

  test('may be in either header, or the same in both', async () => {
    const key = await keyOf(workspace);
    const keyId = String(rowOf(key).keyId);
    for (const headers of [
      { 'x-api-key': key },
      { 'x-api-key': ` ${key} ` },
      { authorization: `Bearer ${key}` },
      { authorization: `bearer   ${key}` },
      { authorization: `BEARER ${key}`, 'x-api-key': key },
      { authorization: `Basic dXNlcjpwYXNz`, 'x-api-key': key },
    ])
      expect(await code(headers), JSON.stringify(headers)).toBe(keyId);
  });

  test.each([
    [{}, 'UNAUTHENTICATED'],
    [{ 'x-api-key': '' }, 'UNAUTHENTICATED'],
    [{ authorization: 'Bearer ' }, 'UNAUTHENTICATED'],
    [{ authorization: 'Basic dXNlcjpwYXNz' }, 'UNAUTHENTICATED'],
    [{ authorization: 'Bearer a', 'x-api-key': 'b' }, 'CREDENTIALS_CONFLICT'],
    [{ authorization: 'Bearer a', 'x-api-key': '' }, 'CREDENTIALS_CONFLICT'],
    [{ authorization: 'Bearer', 'x-api-key': 'b' }, 'CREDENTIALS_CONFLICT'],
    [{ authorization: '', 'x-api-key': 'b' }, 'CREDENTIALS_CONFLICT'],
    [{ authorization: 'Bearer ', 'x-api-key': '' }, 'UNAUTHENTICATED'],
    [{ authorization: 'Bearer eyJh.e30.x' }, 'TOKEN_INVALID'],
    [{ 'x-api-key': 'whatever' }, 'TOKEN_INVALID'],
    [{ 'x-api-key': 'hx_live_short' }, 'KEY_INVALID'],
  ])('%o is %s', async (headers, expected) => {
    expect(await code(headers)).toBe(expected);
    expect(database.calls.filter(({ operation }) => operation !== 'TransactWriteCommand')).toEqual([]);
  });

  describe('as the password of HTTP Basic', () => {
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
    const codeOf = async (headers: Record<string, string>) => {
      try {
        return (await readClaim(headers, { basic: true })).key?.keyId;
      } catch (error) {
        return (error as Problem).code;
      }
    };

    test('counts under any user name, where the route takes it, and nowhere else', async () => {
      const key = await keyOf(workspace);
      const keyId = String(rowOf(key).keyId);
      for (const authorization of [
        basic(`key:${key}`),
        basic(`:${key}`),
        basic(`ana@example.com:${key}`),
        basic(`é: ${key} `),
        basic(`key:${key}`).replace('Basic', 'BASIC  '),
        `Bearer ${key}`,
      ]) {
        expect(await codeOf({ authorization }), authorization).toBe(keyId);
        expect(await codeOf({ authorization, 'x-api-key': key })).toBe(keyId);
        if (!authorization.startsWith('Bearer')) expect(await code({ authorization })).toBe('UNAUTHENTICATED');
      }
    });

    test.each([
      ['Basic', 'UNAUTHENTICATED'],
      ['Basic !!!', 'UNAUTHENTICATED'],
      [basic('no colon'), 'UNAUTHENTICATED'],
      [basic('user:'), 'UNAUTHENTICATED'],
      [basic('hx_live_x:'), 'UNAUTHENTICATED'],
      [basic('user:pass'), 'TOKEN_INVALID'],
      [basic('user:a:b'), 'TOKEN_INVALID'],
      [basic('user:hx_live_short'), 'KEY_INVALID'],
    ])('%s is %s', async (authorization, expected) => {
      expect(await codeOf({ authorization })).toBe(expected);
    });

    test('conflicts with another key in the other header', async () => {
      expect(await codeOf({ authorization: basic('user:a'), 'x-api-key': 'b' })).toBe('CREDENTIALS_CONFLICT');
    });
  });
});

describe('a key', () => {
  test('that is right is the caller, in one wave of two calls', async () => {
    const key = await keyOf(workspace, { scopes: ['geofences:read', 'no:scope'] });
    database.calls.length = 0;
    const { caller, rates, refusal, uncounted } = await accept(key);
    expect(caller).toMatchObject({
      tenant: { id: workspace.id, reference: workspace.reference, plan: 'pro', features: ['BULK_IMPORT'] },
      principal: `key_${rowOf(key).keyId}`,
      scopes: new Set(['geofences:read']),
      address: '203.0.113.9',
      requestId: 'req_1',
    });
    expect([refusal, uncounted]).toEqual([undefined, false]);
    expect(rates[0]).toMatchObject({ policy: 'tier', limit: 1000, remaining: 999 });
    expect(database.calls.map(({ operation }) => operation).sort()).toEqual(['GetCommand', 'UpdateCommand']);
    expect(rowOf(key)).toMatchObject({ lastUsedAt: now, lastUsedAddress: '203.0.113.9' });
  });

  test.each([
    ['environment', 'KEY_INVALID'],
    ['workspace', 'KEY_INVALID'],
    ['keyId', 'KEY_INVALID'],
    ['secret', 'KEY_INVALID'],
    ['brand', 'accepted'], // cosmetic
    ['nothing', 'accepted'],
  ])('with another %s and the checksum for it is %s', async (part, code) => {
    const [key, other] = [await keyOf(workspace), await keyOf(await workspaceWith())];
    const parts = /^(?<brand>.+)_(?<environment>live)_(?<workspace>.{8})(?<keyId>.{16})_(?<secret>.{32})/;
    const given = { ...parts.exec(key)!.groups };
    const change = { brand: 'qb', environment: 'test', nothing: undefined } as const;
    given[part] = change[part as 'brand'] ?? parts.exec(other)!.groups?.[part] ?? '';
    const text = `${given.brand}_${given.environment}_${given.workspace}${given.keyId}_${given.secret}`;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(text));
    const forged = text + base62(bytes, 6);
    expect(forged === key).toBe(part === 'nothing');
    expect(await codeOf(accept(forged))).toBe(code);
    expect([countOf(key), countOf(other)]).toEqual([code === 'accepted' ? [1] : [], []]);
  });

  test('without scopes is a headless key', async () => {
    const key = await keyOf(workspace, { scopes: [] });
    expect((await accept(key, 'headless:read')).caller.scopes).toEqual(new Set(['headless:read', 'headless:submit']));
    expect(await codeOf(accept(key))).toBe('SCOPE_MISSING');
    expect(await codeOf(accept(key, 'any'))).toBe('accepted');
  });

  test('is reported as expired or revoked only with the right secret', async () => {
    const expired = await keyOf(workspace, { expiresAt: now });
    const revoked = await keyOf(workspace, { expiresAt: now });
    await revokeKey(workspace, String(rowOf(revoked).keyId));
    expect(await codeOf(accept(expired))).toBe('KEY_EXPIRED');
    expect(await codeOf(accept(revoked))).toBe('KEY_REVOKED');
    await expect(accept(revoked)).rejects.toMatchObject({ details: { revoked_at: '2026-03-22T10:00:00Z' } });
    await expect(accept(expired)).rejects.toMatchObject({ details: { expired_at: '2026-03-22T10:00:00Z' } });
    for (const key of [expired, revoked]) {
      const { pk, sk, ...row } = rowOf(key);
      database.set('access', { pk, sk, ...row, secretHash: 'another' });
      expect(await codeOf(accept(key))).toBe('KEY_INVALID');
    }
  });

  test('that is unknown, or whose workspace is, looks like a wrong secret', async () => {
    const [unknown, orphan] = [await keyOf(workspace), await keyOf(workspace)];
    const { pk, sk } = rowOf(unknown);
    database.remove('access', String(pk), String(sk));
    expect(await codeOf(accept(unknown))).toBe('KEY_INVALID');
    database.remove('main', `${workspace.reference}#workspace`, 'workspace');
    expect(await codeOf(accept(orphan))).toBe('KEY_INVALID');
  });

  test('expires to the millisecond', async () => {
    const key = await keyOf(workspace, { expiresAt: now + 1 });
    expect(await codeOf(accept(key))).toBe('accepted');
    vi.advanceTimersByTime(1);
    expect(await codeOf(accept(key))).toBe('KEY_EXPIRED');
  });

  test('is refused from another network before its scope is checked, and that counts', async () => {
    const key = await keyOf(workspace, { cidrs: ['10.0.0.0/8'], scopes: [] });
    expect(await codeOf(accept(key))).toBe('IP_NOT_ALLOWED');
    expect(await codeOf(accept(key, 'geofences:read', '10.1.2.3'))).toBe('SCOPE_MISSING');
    expect(countOf(key)).toEqual([2]);
  });
});

describe('the counter', () => {
  test('is counted whatever the outcome of the request, but refused credentials and 429 are not', async () => {
    const key = await keyOf(workspace, { rateLimit: 2 });
    const wrong = await keyOf(workspace, { expiresAt: 1 });
    await codeOf(accept(wrong));
    expect(countOf(wrong)).toEqual([]);
    for (const _ of [1, 2]) await accept(key, 'users:read');
    for (const _ of [1, 2, 3]) expect(await codeOf(accept(key))).toBe('RATE_LIMIT_EXCEEDED');
    expect(countOf(key)).toEqual([2]);
  });

  test('never lets more through than the limit in a window, at once or one by one, and returns what is left', async () => {
    const gap = fc.constantFrom(0, 1, 999, 60_000, windowSeconds * 1000 - 1, windowSeconds * 1000);
    const burst = fc.record({ requests: fc.integer({ min: 1, max: 8 }), gap, skew: fc.constantFrom(0, 0, -500) });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(burst, { maxLength: 8 }), async (limit, bursts) => {
        const key = await keyOf(workspace, { rateLimit: limit });
        const { keyId } = (await readClaim({ 'x-api-key': key })).key!;
        const naive = new Map<number, number>();
        for (const { requests, gap, skew } of bursts) {
          vi.setSystemTime(Date.now() + gap);
          const clock = Date.now();
          vi.setSystemTime(clock + skew); // a process whose clock is a little behind
          const { index, resetsInSeconds } = rateWindow(keyId, Date.now());
          const before = naive.get(index) ?? 0;
          const outcomes = await Promise.all(Array.from({ length: requests }, () => accept(key)));
          await Promise.all(outcomes.map(({ housekeeping }) => housekeeping));
          const passed = outcomes.filter(({ refusal }) => !refusal);
          expect(passed).toHaveLength(Math.min(requests, limit - before));
          expect(passed.map(({ rates }) => rates[0]!.remaining).sort((a, b) => b - a)).toEqual(
            passed.map((_, i) => limit - before - 1 - i),
          );
          for (const { refusal } of outcomes.filter((o) => o.refusal)) {
            expect(refusal).toMatchObject({
              code: 'RATE_LIMIT_EXCEEDED',
              retryAfterSeconds: resetsInSeconds,
              details: { limit, period_seconds: 3600, policy: 'tier' },
            });
          }
          naive.set(index, before + passed.length);
          vi.setSystemTime(clock);
        }
        expect(countOf(key).length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 60 },
    );
  });

  test('counters of past windows are removed once a window; a fault there has no effect on the request', async () => {
    const key = await keyOf(workspace);
    for (let hour = 0; hour < 5; hour++) {
      vi.setSystemTime(now + hour * windowSeconds * 1000);
      if (hour === 3)
        database.before = ({ input }) =>
          /^REMOVE/.test(input.UpdateExpression ?? '') ? Promise.reject(fault('TimeoutError')) : undefined;
      if (hour === 4) database.before = () => undefined;
      const { housekeeping, refusal } = await accept(key);
      await housekeeping;
      expect(refusal).toBeUndefined();
    }
    expect(countOf(key)).toEqual([1, 1]);
    database.calls.length = 0;
    await (await accept(key)).housekeeping;
    expect(database.calls).toHaveLength(2);
  });
});

describe('faults of the database', () => {
  const only = (operation: string, error: () => Error) => {
    database.before = (call: Call) => {
      if (call.operation === operation && call.input.TableName === 'access') throw error();
    };
  };

  test.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'TimeoutError', 'InternalServerError'])(
    '%s of the counter lets the request pass uncounted, checked all the same',
    async (name) => {
      const [key, expired] = [await keyOf(workspace), await keyOf(workspace, { expiresAt: 1 })];
      only('UpdateCommand', () => fault(name));
      expect(await accept(key)).toMatchObject({
        uncounted: true,
        refusal: undefined,
        rates: [{ limit: 1000, remaining: 1000 }],
      });
      expect(await codeOf(accept(key, 'users:read'))).toBe('SCOPE_MISSING');
      expect(await codeOf(accept(expired))).toBe('KEY_EXPIRED');
      expect(countOf(key)).toEqual([]);
    },
  );

  test('of counter and row is an outage, which the kernel answers 503', async () => {
    const key = await keyOf(workspace);
    database.before = () => {
      throw fault('ThrottlingException');
    };
    await expect(accept(key)).rejects.toThrow('ThrottlingException');
  });

  test('in our own code are not taken for an outage', async () => {
    const key = await keyOf(workspace);
    only('UpdateCommand', () => fault('ValidationException'));
    await expect(accept(key)).rejects.toThrow('ValidationException');
  });

  test('that keep the refused row back have it read', async () => {
    const [key, spent] = [await keyOf(workspace, { expiresAt: 1 }), await keyOf(workspace, { rateLimit: 1 })];
    await accept(spent);
    only('UpdateCommand', () => fault('ConditionalCheckFailedException'));
    expect(await codeOf(accept(key))).toBe('KEY_EXPIRED');
    expect(await codeOf(accept(spent))).toBe('RATE_LIMIT_EXCEEDED');
    expect(
      database.calls.filter(({ operation, input }) => operation === 'GetCommand' && input.TableName === 'access'),
    ).toHaveLength(2);
  });
});
