import { beforeAll, describe, expect, test } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { newWorld, type World } from '../contract/world.ts';
import { platform } from '../platform/in-process.ts';
import { endpoint } from '../support/endpoints.ts';
import { type Invoked, invoke } from '../support/invoke.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { newKey, newWorkspace } from '../support/stack.ts';
import { resealed } from './cast.ts';

/** The requests of a credential in a window are counted exactly, in the write that reads the credential. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const list = (key: string, headers = {}): Promise<Invoked> =>
  invoke(endpoint('geofences/list'), { key, query: 'limit=1', headers });
const remaining = ({ headers }: Invoked) => Number(/r=(\d+)/.exec(headers.RateLimit ?? '')?.[1]);
const limited = (rateLimit: number, more = {}) => world.anotherKey({ scopes: ['geofences:read'], rateLimit, ...more });

test('of 60 requests at once with a limit of 20, exactly 20 pass', async () => {
  const key = await limited(20);
  const answers = await Promise.all(Array.from({ length: 60 }, () => list(key)));
  const passed = answers.filter(({ status }) => status === 200);
  expect(passed).toHaveLength(20);
  expect(passed.map(remaining).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  for (const refused of answers.filter(({ status }) => status !== 200)) {
    expect(refused).toMatchObject({ status: 429, body: { error_code: 'RATE_LIMIT_EXCEEDED' } });
    expect(remaining(refused)).toBe(0);
  }
});

test('429 says when to retry, in header and sentence', async () => {
  const key = await limited(1);
  await list(key);
  const { status, headers, body } = await list(key);
  const seconds = Number(headers['Retry-After']);
  expect(status).toBe(429);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(3600);
  expect(headers['RateLimit-Policy']).toBe('"tier";q=1;w=3600');
  expect(headers.RateLimit).toBe(`"tier";r=0;t=${seconds}`);
  expect(body).toEqual({
    detail: `Rate limit exceeded. Try again in ${seconds} seconds.`,
    error_code: 'RATE_LIMIT_EXCEEDED',
    details: { limit: 1, period_seconds: 3600, policy: 'tier' },
    request_id: headers['X-Request-ID'],
  });
});

test('refusals for the limit or for a wrong secret do not count; every other answer does', async () => {
  const key = await limited(3);
  const wrong = resealed(key, (text) => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`);
  for (let i = 0; i < 5; i++) expect((await list(wrong)).status).toBe(401);
  expect(remaining(await list(key))).toBe(2);
  const invalid = await invoke(endpoint('geofences/list'), { key, query: 'limit=0' });
  expect([invalid.status, remaining(invalid)]).toEqual([400, 1]);
  const forbidden = await invoke(endpoint('geofences/create'), { key, body: {} });
  expect([forbidden.status, forbidden.body.error_code, remaining(forbidden)]).toEqual([403, 'SCOPE_MISSING', 0]);
  for (let i = 0; i < 3; i++) expect((await list(key)).status).toBe(429);
});

test('a missing right is reported before an exceeded limit', async () => {
  const key = await limited(1);
  await list(key);
  const { status } = await invoke(endpoint('geofences/create'), { key, body: {} });
  expect(status).toBe(403);
});

test.each([
  ['free', 100],
  ['pro', 1000],
  ['business', 5000],
] as const)('plan %s allows %i requests an hour, and a key no more', async (plan, limit) => {
  const workspace = await newWorkspace({ plan });
  const key = await newKey(workspace, { scopes: ['geofences:read'], rateLimit: 1_000_000 });
  expect((await list(key)).headers['RateLimit-Policy']).toBe(`"tier";q=${limit};w=3600`);
});

test('an enterprise workspace has the limit that is stored with it', async () => {
  const workspace = await newWorkspace({ plan: 'enterprise', enterpriseRateLimit: 77 });
  const key = await newKey(workspace, { scopes: ['geofences:read'] });
  expect((await list(key)).headers['RateLimit-Policy']).toBe('"tier";q=77;w=3600');
});

describe('the price of a refusal', () => {
  const spent = async (key: string) => {
    const before = platform.database.calls.length;
    const { body } = await list(key);
    return [body.error_code, platform.database.calls.length - before];
  };

  test('a key whose checksum or form is wrong costs no database call', async () => {
    const key = await limited(1000);
    expect(await spent(key.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toEqual(['KEY_INVALID', 0]);
    expect(await spent(key.slice(0, -3))).toEqual(['KEY_INVALID', 0]);
    expect(await spent('hx_live_short')).toEqual(['KEY_INVALID', 0]);
    expect(await spent('eyJhbGciOiJub25lIn0.e30.')).toEqual(['TOKEN_INVALID', 0]);
    expect(await spent('')).toEqual(['UNAUTHENTICATED', 0]);
  });

  test('an unknown key with a right checksum costs one write attempt and at most two reads', async () => {
    const key = await newKey(world.workspace, { scopes: [] });
    const unknown = resealed(key, (text) => text.replace(/_[0-9A-Za-z]{24}_/, `_${'z'.repeat(24)}_`));
    const [code, calls] = await spent(unknown);
    expect(code).toBe('KEY_INVALID');
    expect(calls).toBeLessThanOrEqual(3);
  });
});

test('bulk has limits of its own: 60 an hour for all keys of a workspace, 10 for all people, apart from other calls', async () => {
  const workspace = await newWorkspace({ plan: 'pro' });
  const scopes = ['geofences:write', 'geofences:read'] as const;
  const keys = await Promise.all([1, 2].map(() => newKey(workspace, { scopes: [...scopes] })));
  const people = await Promise.all(
    (['owner', 'editor'] as const).map(async (role) => (await signIn(await newPerson(workspace, role))).access_token),
  );
  const bulk = (key: string) => invoke(endpoint('geofences/bulk-create'), { key, body: { items: [] } });
  const exhaust = async (credentials: readonly string[], limit: number) => {
    const answers = await Promise.all(Array.from({ length: limit + 5 }, (_, i) => bulk(credentials[i % 2]!)));
    const [passed, refused] = [422, 429].map((status) => answers.filter((answer) => answer.status === status));
    expect([passed!.length, refused!.length]).toEqual([limit, 5]);
    return refused![0]!;
  };
  const { headers, body } = await exhaust(keys, 60);
  const seconds = Number(headers['Retry-After']);
  expect(body).toEqual({
    detail: `Rate limit exceeded. Try again in ${seconds} seconds.`,
    error_code: 'RATE_LIMIT_EXCEEDED',
    details: { limit: 60, period_seconds: 3600, policy: 'bulk' },
    request_id: headers['X-Request-ID'],
  });
  expect((await exhaust(people, 10)).body.details).toEqual({ limit: 10, period_seconds: 3600, policy: 'bulk' });
  const other = await list(keys[0]!);
  expect([other.status, remaining(other)], 'the tier is another count').toEqual([200, 999]);
});

test('a demo key of all scopes is a key like others', async () => {
  const key = await world.anotherKey({ scopes: grantableScopes, rateLimit: 2 });
  expect([(await list(key)).status, (await list(key)).status, (await list(key)).status]).toEqual([200, 200, 429]);
});
