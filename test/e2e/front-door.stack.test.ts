import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, inject, test } from 'vitest';
import { homeOf } from '../../lib/areas.ts';
import { knownRoutes, methodsAt } from '../../shared/http/known-routes.ts';
import { expectProblemShape } from '../support/answers.ts';
import { addressed } from '../support/endpoints.ts';
import { apiClient } from '../support/stack.ts';

/**
 * Requests that no route serves (unknown paths, other methods, preflights, trailing slashes), and the pages of the
 * service itself.
 */

const anyone = apiClient(undefined);
const demo = (...call: Parameters<typeof anyone>) => apiClient(inject('stack').apiKey)(...call);

describe('an unknown path', () => {
  test.each([
    '/nope',
    '/api',
    '/api/v1',
    '/api/v2/geofences',
    '/api/v1/geofence',
    '/api/v1/geofences/a/b',
    '/API/V1/health',
    '/api/v1/geofences/x%2Fy',
  ])('%s is 404 ROUTE_NOT_FOUND, with and without a credential', async (path) => {
    for (const call of [anyone, demo]) {
      const { status, headers, body } = await call('GET', path);
      expect([status, body.error_code]).toEqual([404, 'ROUTE_NOT_FOUND']);
      expectProblemShape(body, headers.get('x-request-id') ?? undefined);
    }
  });
});

test.each(['/', '//'])('%s leads to the documentation', async (path) => {
  const { status, headers } = await fetch(`${inject('stack').url}${path}`, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([302, `${inject('stack').url}/docs`]);
});

describe('past the front door', () => {
  /** Calls the emulator's own address of the API, without the gateway that replaces CloudFront. */
  function direct(headers: Record<string, string>): Promise<{ status: number; body: string }> {
    const { endpoint, outputs } = inject('stack');
    const host = { Host: `${outputs.ApiIdCore}.execute-api.localhost` };
    return new Promise((resolve, reject) => {
      const asked = request(`${endpoint}/api/v1/health`, { headers: { ...host, ...headers } }, async (answer) => {
        resolve({ status: answer.statusCode ?? 0, body: await text(answer) });
      });
      asked.once('error', reject).end();
    });
  }

  test.each([{}, { 'X-Origin-Verify': 'guessed' }])('a call is refused by the function: %o', async (headers) => {
    const { status, body } = await direct(headers);
    expect([status, JSON.parse(body).error_code]).toEqual([403, 'FORBIDDEN']);
  });

  test('the secret opens it', async () => {
    expect((await direct({ 'X-Origin-Verify': inject('stack').originVerify })).status).toBe(200);
  });
});

/** One path of each API, with and without a parameter; the fallback's own tests prove that it knows all paths. */
const sampled = Map.groupBy(addressed, ({ route: { path } }) => `${homeOf(path).area} ${path.includes('{')}`);

describe.each([...sampled.values()].map(([first]) => first!.route.path))('%s', (template) => {
  const served = addressed.filter(({ route }) => route.path === template);
  const path = template.replaceAll(/\{\w+\}/g, 'x');
  const allowed = [...methodsAt(knownRoutes(served.map(({ route }) => route)), path), 'OPTIONS'].join(', ');
  const other = ['PUT', 'PATCH', 'DELETE'].find((method) => !allowed.includes(method))!;

  test('a method that no route takes is 405 and says what is allowed', async () => {
    const { status, headers, body } = await anyone(other, path);
    expect([status, body.error_code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(headers.get('allow')).toBe(allowed);
  });

  test('HEAD is answered where it is allowed, and 405 elsewhere', async () => {
    const { status, headers, body } = await anyone('HEAD', path);
    expect([status, body]).toEqual([served.some(({ route }) => route.alsoHead) ? 200 : 405, '']);
    if (status === 405) expect(headers.get('allow')).toBe(allowed);
  });

  test('OPTIONS is 204 without a credential, with what a browser asks for', async () => {
    const preflight = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'PATCH' };
    const { status, headers, body } = await anyone('OPTIONS', path, undefined, preflight);
    expect([status, body]).toEqual([204, '']);
    expect(headers.get('allow')).toBe(allowed);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(headers.get('access-control-allow-methods')).toBe(allowed);
    expect(headers.get('access-control-allow-headers')).toMatch(/X-API-Key/);
  });

  test('a trailing slash is ignored', async () => {
    const { route } = served[0]!;
    const { status, headers } = await anyone(route.method, `${path}/?_a=1`, route.body ? {} : undefined);
    expect(status).not.toBe(308);
    expect(headers.get('x-request-id')).toBeTruthy();
    if (!path.includes('/x')) expect([200, 201, 400, 401, 404, 422, 501]).toContain(status);
  });
});

test('a redirect from a trailing slash keeps method, body and query', async () => {
  const url = `${inject('stack').url}/api/v1/geofences/check/?_=1`;
  const headers = { 'X-API-Key': inject('stack').apiKey, 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: '{"latitude":0,"longitude":0}' });
  expect([answer.status, new URL(answer.url).search]).toEqual([200, '?_=1']);
});

test('a browser of another origin may read answers and errors', async () => {
  for (const [status, path] of [
    [200, '/api/v1/health'],
    [401, '/api/v1/geofences'],
    [404, '/nope'],
  ] as const) {
    const answer = await anyone('GET', path, undefined, { Origin: 'https://app.example' });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/X-Request-ID/);
    expect(answer.headers.get('vary')).toMatch(/Origin/);
  }
  expect((await anyone('GET', '/api/v1/health')).headers.get('access-control-allow-origin')).toBeNull();
});

test('health says that the database answers, to anyone', async () => {
  const { status, headers, body } = await anyone('GET', '/api/v1/health');
  expect([status, body]).toEqual([200, { status: 'ok', database: 'connected', timestamp: expect.any(String) }]);
  expect(Math.abs(Date.now() - Date.parse(body.timestamp))).toBeLessThan(60_000);
  expect(headers.get('x-request-id')).toMatch(/^req_/);
});

test('no cache keeps what a credential is needed for, nor a problem', async () => {
  expect((await demo('GET', '/api/v1/geofences')).headers.get('cache-control')).toBe('private, no-store');
  expect((await anyone('GET', '/api/v1/geofences')).headers.get('cache-control')).toBe('private, no-store');
});

test('links and locations are of the address that the caller used', async () => {
  const { url } = inject('stack');
  const created = await demo('POST', '/api/v1/geofences', { name: 'Linked', latitude: 1, longitude: 1 });
  expect(created.headers.get('location')).toBe(`${url}/api/v1/geofences/${created.body.id}`);
  const list = await demo('GET', '/api/v1/geofences?limit=1');
  expect(list.headers.get('link')).toMatch(new RegExp(`^<${url}/api/v1/geofences\\?`));
  await demo('DELETE', `/api/v1/geofences/${created.body.id}`);
});

describe('a body on its way to the function', () => {
  const post = (body: Uint8Array | string, headers: Record<string, string> = {}) =>
    fetch(`${inject('stack').url}/api/v1/geofences`, {
      method: 'POST',
      headers: { 'X-API-Key': inject('stack').apiKey, 'Content-Type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });

  test.each([
    ['is Latin-1', Buffer.from('{"name":"Caf\xe9","latitude":1,"longitude":1}', 'latin1'), 'UTF-8'],
    ['is compressed', gzipSync('{}'), 'compressed'],
    ['has a byte order mark', Buffer.from('\ufeff{}'), 'byte order mark'],
    ['is deep', `${'['.repeat(4500)}"\\ud83d\\ude00"${']'.repeat(4500)}`, '128 levels'],
  ])('that %s is refused with the reason, and nothing of it is stored', async (_, body, why) => {
    const answer = await post(body);
    const text = await answer.text();
    expect([answer.status, JSON.parse(text).error_code]).toEqual([400, 'MALFORMED_JSON']);
    expect(text).toContain(why);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
  });

  test('keeps every digit and every key', async () => {
    const written = '{"__proto__":{"n":1.0},"big":613196570357137407,"far":1e400}';
    const answer = await post(`{"name":"Exact","latitude":1,"longitude":1,"metadata":${written}}`);
    const text = await answer.text();
    expect([answer.status, text]).toEqual([201, expect.stringContaining(`"metadata":${written}`)]);
    await demo('DELETE', `/api/v1/geofences/${JSON.parse(text).id.toUpperCase()}`);
  });
});

describe('the documentation', () => {
  test('the document is served, and names every operation', async () => {
    const { status, body } = await anyone('GET', '/openapi/openapi.json');
    expect(status).toBe(200);
    const named = Object.values(body.paths).flatMap((item) => Object.values(item as object).map((o) => o.operationId));
    expect(named.sort()).toEqual(addressed.map(({ route }) => route.operationId).sort());
  });

  test('the page is served with its own scripts', async () => {
    const { status, headers, body } = await anyone('GET', '/docs');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const files = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file as string);
    for (const file of files) {
      expect(file, 'from this host').toMatch(/^(?!https?:|\/\/)/);
      const path = new URL(file, `${inject('stack').url}/docs`).pathname;
      if (!file.startsWith('data:')) expect([path, (await anyone('GET', path)).status]).toEqual([path, 200]);
    }
  });

  test('a problem’s type leads to a page about it', async () => {
    const { body } = await anyone('GET', '/api/v1/geofences', undefined, { Accept: 'application/problem+json' });
    const { status } = await anyone('GET', new URL(body.type).pathname);
    expect(status).toBe(200);
  });
});
