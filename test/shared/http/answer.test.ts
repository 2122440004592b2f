import { afterEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { commonHeaders, finished, isAcceptable, jsonResult, problemResult } from '../../../shared/http/answer.ts';
import type { Route } from '../../../shared/http/route.ts';
import { rateHeaders } from '../../../shared/limits/rate-headers.ts';
import { invalidFields, problem } from '../../../shared/problems/problem.ts';
import { request } from '../support/people.ts';

const route = (method: Route['method']): Route => ({
  method,
  path: '/api/v1/things',
  operationId: 'x',
  summary: 'x',
  scope: 'any',
  uses: {},
  success: { 200: z.unknown() },
  problems: [],
});

afterEach(() => vi.unstubAllEnvs());

describe('Accept', () => {
  test.each([
    [undefined, true],
    ['', true],
    ['*/*', true],
    ['application/json', true],
    ['APPLICATION/JSON', true],
    ['application/*', true],
    ['text/html, application/json;q=0.1', true],
    ['text/html, */*;q=0.1', true],
    ['application/problem+json', true],
    ['application/json; charset=utf-8', true],
    ['application/json;q=banana', true],
    ['text/html', false],
    ['application/json;q=0', false],
    ['application/json;q=0, */*', false],
    ['*/*;q=0', false],
    ['application/xml, text/*', false],
    ['application/geo+json', false],
    [',;,', false],
  ])('%s takes JSON: %s', (accept, acceptable) => {
    expect(isAcceptable(accept, 'application/json')).toBe(acceptable);
  });

  test('is asked for the type that the route answers with', () => {
    expect(isAcceptable('text/html', 'text/html')).toBe(true);
    expect(isAcceptable('application/json', 'text/html')).toBe(false);
    expect(isAcceptable('application/problem+json', 'text/html')).toBe(false);
  });
});

describe('a problem', () => {
  const notFound = problem('NOT_FOUND', 'No geofence has this id.', { resource: 'geofence' });
  const invalid = invalidFields([{ type: 'missing', loc: ['body', 'name'], msg: 'Field required' }]);
  const bodyFor = (accept: string | undefined, what = notFound, invalid: 400 | 422 = 422) => {
    const answer = problemResult(request({ headers: { accept }, path: '/api/v1/forms' }), what, { invalid });
    return { ...answer, body: JSON.parse(answer.body ?? '') };
  };

  test('has the shape of the contract', () => {
    const { statusCode, headers, body } = bodyFor(undefined);
    expect([statusCode, headers['Content-Type']]).toEqual([404, 'application/json']);
    expect(body).toEqual({
      detail: 'No geofence has this id.',
      error_code: 'NOT_FOUND',
      details: { resource: 'geofence' },
      request_id: 'req_TEST0000000000',
    });
  });

  test('of fields has them in `detail`, at the status that the route gives', () => {
    expect(bodyFor(undefined, invalid, 400)).toMatchObject({
      statusCode: 400,
      body: {
        detail: [{ type: 'missing', loc: ['body', 'name'], msg: 'Field required' }],
        error_code: 'VALIDATION_ERROR',
      },
    });
    expect(bodyFor(undefined, invalid).statusCode).toBe(422);
    expect(bodyFor(undefined, invalid).body).not.toHaveProperty('details');
  });

  test.each([
    'application/problem+json',
    'application/problem+json, application/json;q=0.9',
    'application/json;q=0.5, application/problem+json;q=0.6',
  ])('is RFC 9457 for %s', (accept) => {
    const { headers, body } = bodyFor(accept, invalid);
    expect(headers['Content-Type']).toBe('application/problem+json');
    expect(body).toEqual({
      type: 'https://api.example.com/docs/errors/VALIDATION_ERROR',
      title: 'Validation failed',
      status: 422,
      detail: '1 field is invalid',
      instance: '/api/v1/forms',
      error_code: 'VALIDATION_ERROR',
      errors: [{ type: 'missing', loc: ['body', 'name'], msg: 'Field required' }],
      request_id: 'req_TEST0000000000',
    });
    expect(bodyFor(accept, notFound).body).toMatchObject({
      detail: 'No geofence has this id.',
      details: { resource: 'geofence' },
    });
  });

  test.each([
    undefined,
    '*/*',
    'application/*',
    'application/json',
    'application/problem+json;q=0.1, application/json',
    'text/html',
  ])('is plain JSON for %s', (accept) => {
    expect(bodyFor(accept).headers['Content-Type']).toBe('application/json');
  });

  test('says how to authenticate, when to retry and what is allowed', () => {
    expect(bodyFor(undefined, problem('UNAUTHENTICATED', '')).headers).toMatchObject({ 'WWW-Authenticate': 'Bearer' });
    expect(bodyFor(undefined).headers).not.toHaveProperty('WWW-Authenticate');
    const { headers } = problemResult(request({}), problem('UNAUTHENTICATED', ''), { basic: true });
    expect(headers['WWW-Authenticate']).toBe('Bearer, Basic realm="Hexfence", charset="UTF-8"');
    const wait = problem('SERVICE_UNAVAILABLE', '', undefined, { retryAfterSeconds: 0 });
    expect(bodyFor(undefined, wait).headers['Retry-After']).toBe('0');
    const method = problem('METHOD_NOT_ALLOWED', '', undefined, { headers: { Allow: 'GET' } });
    expect(bodyFor(undefined, method).headers.Allow).toBe('GET');
  });

  test('never reveals its cause', () => {
    const cause = new Error('the password is secret');
    const { body, headers } = bodyFor(undefined, problem('SERVICE_UNAVAILABLE', 'Down.', undefined, { cause }));
    expect(JSON.stringify([body, headers])).not.toContain('secret');
  });
});

describe('an object', () => {
  const body = { id: 'i1', version: 3 };
  const answer = (method: Route['method'], status: number, headers: Record<string, string>, of: object = body) =>
    jsonResult(route(method), request({ method, headers }), status, of, {});

  test('with a version carries its entity tag', () => {
    expect(answer('GET', 200, {}).headers.ETag).toBe('"v3"');
    expect(answer('PUT', 200, {}).headers.ETag).toBe('"v3"');
    expect(answer('GET', 200, {}, { id: 'i1' }).headers).not.toHaveProperty('ETag');
  });

  test.each(['"v3"', '*', '"v1", W/"v3"'])('that is known (%s) is 304 without a body', (tag) => {
    const unchanged = answer('GET', 200, { 'if-none-match': tag });
    expect(unchanged).toMatchObject({ statusCode: 304, headers: { ETag: '"v3"' } });
    expect(unchanged.body).toBeUndefined();
    expect(unchanged.headers).not.toHaveProperty('Content-Type');
  });

  test('that is not known, or was just written, is sent whole', () => {
    expect(answer('GET', 200, { 'if-none-match': '"v2"' }).statusCode).toBe(200);
    expect(answer('PUT', 200, { 'if-none-match': '"v3"' }).statusCode).toBe(200);
  });

  test('about a created object has its address', () => {
    expect(answer('POST', 201, {}).headers.Location).toBe('https://api.example.com/api/v1/things/i1');
    expect(answer('POST', 200, {}).headers).not.toHaveProperty('Location');
    const elsewhere = jsonResult(route('POST'), request(), 201, body, { Location: '/there' });
    expect(elsewhere.headers.Location).toBe('/there');
  });
});

describe('CORS', () => {
  const headers = (allowed: string, origin: string | undefined) => {
    vi.stubEnv('ALLOWED_ORIGINS', allowed);
    return commonHeaders(request({ headers: { origin } }), undefined);
  };

  test.each([
    ['https://a.example', 'https://a.example'],
    ['https://a.example,https://b.example', 'https://b.example'],
    ['*', 'https://any.example'],
  ])('%s allows %s, and caches keep origins apart', (allowed, origin) => {
    expect(headers(allowed, origin)).toMatchObject({ 'Access-Control-Allow-Origin': origin, Vary: 'Origin' });
  });

  test.each([
    ['https://a.example', 'https://b.example'],
    ['https://a.example', 'https://a.example.evil.example'],
    ['https://a.example', 'http://a.example'],
    ['https://a.example', undefined],
    ['', 'https://a.example'],
    ['', ''],
  ])('%s does not allow %s', (allowed, origin) => {
    expect(headers(allowed, origin)).not.toHaveProperty('Access-Control-Allow-Origin');
  });

  test.each(['https://b.example', undefined])(
    'an answer for %s is kept apart from those of allowed origins',
    (origin) => {
      expect(headers('https://a.example', origin).Vary).toBe('Origin');
      expect(headers('', origin)).not.toHaveProperty('Vary');
    },
  );

  test('lets scripts read every header that the contract names', () => {
    const exposed = headers('*', 'https://a.example')['Access-Control-Expose-Headers']?.split(', ') ?? [];
    for (const name of [
      'ETag Link Location Preference-Applied RateLimit RateLimit-Policy Retry-After X-Client-Request-ID X-Next-Cursor',
      'X-Page-Cut X-Quota-Status X-Quota-Usage-Percent X-Request-ID X-Total-Capped X-Total-Count Idempotency-Replayed',
    ]
      .join(' ')
      .split(' '))
      expect(exposed).toContain(name);
  });
});

describe('every answer', () => {
  test('carries the request id and no other than a decent caller id', () => {
    const echoed = (id: string) => commonHeaders(request({ headers: { 'x-client-request-id': id } }), undefined);
    expect(echoed('mine-1')).toMatchObject({ 'X-Request-ID': 'req_TEST0000000000', 'X-Client-Request-ID': 'mine-1' });
    expect(echoed('x'.repeat(128))['X-Client-Request-ID']).toHaveLength(128);
    for (const bad of ['x'.repeat(129), 'a\r\nSet-Cookie: b', 'é', '']) {
      expect(echoed(bad)).not.toHaveProperty('X-Client-Request-ID');
    }
  });

  test('to a counted credential shows what is left of its window', () => {
    const rate = { policy: 'tier', limit: 1000, remaining: 987, resetsInSeconds: 2412, periodSeconds: 3600 };
    expect(rateHeaders(rate)).toEqual({ 'RateLimit-Policy': '"tier";q=1000;w=3600', RateLimit: '"tier";r=987;t=2412' });
    expect(rateHeaders(undefined)).toEqual({});
    expect(rateHeaders([])).toEqual({});
  });

  const open = { scope: 'public' } as const;

  test('that was refused by the limit of its endpoint shows that limit before the credential’s rate', () => {
    const own = rateHeaders({ policy: 'bulk', limit: 10, remaining: 0, resetsInSeconds: 60, periodSeconds: 3600 });
    const tier = { policy: 'tier', limit: 1000, remaining: 987, resetsInSeconds: 2412, periodSeconds: 3600 };
    const { headers } = finished({ statusCode: 429, headers: { ...own, Vary: 'Accept' } }, request(), open, tier);
    expect(headers).toMatchObject({
      RateLimit: '"bulk";r=0;t=60, "tier";r=987;t=2412',
      'RateLimit-Policy': '"bulk";q=10;w=3600, "tier";q=1000;w=3600',
      Vary: 'Accept',
    });
    expect(finished({ statusCode: 429, headers: { ...own } }, request(), open, undefined).headers).toMatchObject(own);
  });

  test('under several limits shows all of them, the tightest first', () => {
    const tier = { policy: 'tier', limit: 1000, remaining: 7, resetsInSeconds: 2412, periodSeconds: 3600 };
    const ingest = { policy: 'ingest', limit: 1000, remaining: 3, resetsInSeconds: 12, periodSeconds: 60 };
    expect(rateHeaders([tier, ingest])).toEqual({
      'RateLimit-Policy': '"ingest";q=1000;w=60, "tier";q=1000;w=3600',
      RateLimit: '"ingest";r=3;t=12, "tier";r=7;t=2412',
    });
    const spent = [tier, ingest].map((state) => ({ ...state, remaining: 0 }));
    for (const order of [spent, spent.toReversed()]) {
      expect(rateHeaders(order).RateLimit).toBe('"tier";r=0;t=2412, "ingest";r=0;t=12');
    }
  });
});

describe('Cache-Control', () => {
  const of = (scope: 'public' | 'geofences:read', headers: Record<string, string>) =>
    finished({ statusCode: 200, headers }, request(), { scope }, undefined).headers['Cache-Control'];

  test('of what needs a credential lets no cache keep it, whatever its handler says', () => {
    expect(of('geofences:read', {})).toBe('private, no-store');
    expect(of('geofences:read', { 'Cache-Control': 'public, max-age=300' })).toBe('private, no-store');
  });

  test('of a public document is its own', () => {
    expect(of('public', { 'Cache-Control': 'public, max-age=300' })).toBe('public, max-age=300');
    expect(of('public', {})).toBe('private, no-store');
  });
});
