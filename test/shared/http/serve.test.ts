import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defineRoute, type Route } from '../../../shared/http/route.ts';
import { serve } from '../../../shared/http/serve.ts';
import { problem } from '../../../shared/problems/problem.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { strictObject } from '../../../shared/wire/schema.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { invoke } from '../../support/invoke.ts';
import { catchOutput, keyOf, type Output, workspaceWith } from '../support/platform.ts';

let database: DynamoDbFake;
let workspace: WorkspaceRow;
let key: string;
let output: Output;

beforeEach(async () => {
  database = new DynamoDbFake();
  workspace = await workspaceWith();
  key = await keyOf(workspace);
  output = catchOutput();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const route = defineRoute({
  method: 'POST',
  path: '/api/v1/things/{id}',
  operationId: 'makeThing',
  summary: 'Make a thing',
  scope: 'geofences:write',
  uses: {},
  body: strictObject({ name: z.string(), secret: z.string().optional() }),
  query: z.object({ limit: z.string().regex(/^\d+$/).optional() }),
  success: { 200: z.object({ id: z.string(), name: z.string() }), 201: z.object({ id: z.string() }), 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  idempotent: true,
});
type Handler = Parameters<typeof serve<typeof route, { status: 204 }>>[1];

const body = { name: 'A' };
const call = (handler: unknown, given: object = {}, of: Route = route) =>
  invoke(
    { route: of, handler: serve(of as typeof route, handler as Handler) },
    { key, body, params: { id: '1' }, ...given },
  );
const fine = async () => ({ status: 200, body: { id: '1', name: 'A' } });

/** A key whose window is used up. */
async function spent(of: WorkspaceRow, draft: { scopes?: [] }): Promise<string> {
  const used = await keyOf(of, { ...draft, rateLimit: 1 });
  await call(fine, { key: used });
  return used;
}

test('a body may be left out of a POST whose fields all have defaults, and only there', async () => {
  const given = z.object({ hours: z.int().default(24) });
  const outcomeOf = async (method: Route['method'], schema: z.ZodType, sent?: string) => {
    const of: Route = { ...route, method, body: schema };
    const answer = await call(
      async ({ body }: { body: unknown }) => ({ status: 200, body: { id: '1', name: JSON.stringify(body) } }),
      { body: sent },
      of,
    );
    return answer.status === 200 ? answer.body.name : answer.body.error_code;
  };
  expect(await outcomeOf('POST', given)).toBe('{"hours":24}');
  expect(await outcomeOf('POST', given, '{"hours":1}')).toBe('{"hours":1}');
  expect(await outcomeOf('POST', given, '{')).toBe('MALFORMED_JSON');
  expect(await outcomeOf('PATCH', given)).toBe('MALFORMED_JSON');
  expect(await outcomeOf('POST', z.object({ hours: z.int() }))).toBe('MALFORMED_JSON');
});

describe('the order of checks', () => {
  // Each request also has all the faults of the rows below it; the response must name the first fault.
  const broken = { body: '{', query: 'limit=x', headers: { accept: 'application/json' } };
  const steps: [code: string, status: number, given: (workspace: WorkspaceRow) => Promise<object> | object][] = [
    ['UNAUTHENTICATED', 401, () => ({ ...broken, key: undefined })],
    ['CREDENTIALS_CONFLICT', 401, () => ({ ...broken, headers: { authorization: 'Bearer hx_live_other' } })],
    ['KEY_INVALID', 401, () => ({ ...broken, key: `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}` })],
    ['KEY_EXPIRED', 401, async (of) => ({ ...broken, key: await keyOf(of, { expiresAt: 1, cidrs: ['::1/128'] }) })],
    ['IP_NOT_ALLOWED', 403, async (of) => ({ ...broken, key: await keyOf(of, { cidrs: ['10.0.0.0/8'], scopes: [] }) })],
    ['SCOPE_MISSING', 403, async (of) => ({ ...broken, key: await spent(of, { scopes: [] }) })],
    ['RATE_LIMIT_EXCEEDED', 429, async (of) => ({ ...broken, key: await spent(of, {}) })],
    ['NOT_ACCEPTABLE', 406, () => ({ ...broken, headers: { accept: 'image/png' } })],
    ['MALFORMED_JSON', 400, () => broken],
    ['UNSUPPORTED_MEDIA_TYPE', 415, () => ({ body: 'x', headers: { 'content-type': 'text/plain' } })],
    ['VALIDATION_ERROR', 422, () => ({ body: {}, headers: { 'idempotency-key': 'é' } })],
    ['VALIDATION_ERROR', 422, () => ({ query: 'limit=x' })],
    ['VALIDATION_ERROR', 400, () => ({ headers: { 'if-match': 'latest' } })],
    ['NOT_FOUND', 404, () => ({ headers: { 'if-match': '"v1"' } })],
  ];

  test.each(steps)('refuses with %s (%i) before anything below it', async (code, status, given) => {
    const handler = vi.fn(async () => {
      throw problem('NOT_FOUND', 'None.', { resource: 'thing' });
    });
    const answer = await call(handler, await given(workspace));
    expect([answer.status, answer.body.error_code]).toEqual([status, code]);
    expect(answer.body.request_id).toBe(answer.headers['X-Request-ID']);
    expect(handler).toHaveBeenCalledTimes(code === 'NOT_FOUND' ? 1 : 0);
    if (status === 401) expect(answer.headers['WWW-Authenticate']).toBe('Bearer');
    if (status === 429) expect(Number(answer.headers['Retry-After'])).toBeGreaterThan(0);
    expect(Object.hasOwn(answer.headers, 'RateLimit')).toBe(status !== 401);
  });

  test('asks no credential on a public route', async () => {
    const open = { ...route, scope: 'public', idempotent: undefined } as unknown as Route;
    database.calls.length = 0;
    expect(await call(fine, { key: undefined }, open)).toMatchObject({ status: 200, body: { id: '1' } });
    expect(database.calls.filter(({ operation }) => operation === 'UpdateCommand')).toEqual([]);
  });
});

describe('a handler', () => {
  test('receives all of it parsed, with the caller to whom the key belongs', async () => {
    const handler = vi.fn(fine);
    await call(handler, { query: 'limit=5&_=1&utm_source=x', headers: { 'if-match': '"v3"' } });
    expect(handler).toHaveBeenCalledWith(
      expect.objectContaining({
        body,
        query: { limit: '5' },
        params: { id: '1' },
        tenant: expect.objectContaining({ id: workspace.id, plan: 'pro' }),
        caller: expect.objectContaining({
          address: expect.stringMatching(/^198\./),
          principal: expect.stringMatching(/^key_/),
        }),
        ifMatch: expect.anything(),
      }),
    );
  });

  test('that raises a problem that its route does not declare returns it, and is counted', async () => {
    const answer = await call(async () => {
      throw problem('LAST_OWNER', 'Would leave no owner.');
    });
    expect(answer).toMatchObject({ status: 409, body: { error_code: 'LAST_OWNER' } });
    expect(output.metrics()).toContain('UndeclaredProblem');
  });

  test('that throws is answered 500 without the reason', async () => {
    const answer = await call(async () => {
      throw new Error('connection string postgres://root:hunter2@db');
    });
    expect(answer).toMatchObject({ status: 500, body: { error_code: 'INTERNAL_ERROR' } });
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|postgres|at .*\.ts/);
    expect(output.text()).toContain('hunter2'); // the operator sees it
    expect(output.metrics()).toEqual([]);
  });

  test.each([
    ['another type', { id: 1, name: 'A' }],
    ['a field less', { id: '1' }],
    ['nothing', undefined],
  ])('that answers with %s than its schema is 500', async (_, wrong) => {
    const answer = await call(async () => ({ status: 200, body: wrong }));
    expect(answer).toMatchObject({ status: 500, body: { error_code: 'INTERNAL_ERROR' } });
  });

  test('that answers with a status its route does not declare is 500', async () => {
    expect((await call(async () => ({ status: 202, body: {} }))).status).toBe(500);
  });

  test('cannot let an undeclared field leave', async () => {
    const answer = await call(async () => ({ status: 200, body: { id: '1', name: 'A', secretHash: 'x' } }));
    expect(answer.body).toEqual({ id: '1', name: 'A' });
  });
});

describe('faults of the database', () => {
  test.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'InternalServerError',
    'ServiceUnavailable',
    'TimeoutError',
    'AbortError', // a wave took too long
    'TransactionConflictException', // a race was lost too often
  ])('%s in a handler is 503, to be tried again', async (name) => {
    const answer = await call(async () => {
      throw fault(name);
    });
    expect(answer).toMatchObject({
      status: 503,
      body: { error_code: 'SERVICE_UNAVAILABLE', details: { dependency: 'database' } },
      headers: { 'Retry-After': '1' },
    });
    expect(JSON.stringify(answer.body)).not.toContain(name);
  });

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE'])(
    '%s on the way to it is 503',
    async (code) => {
      const answer = await call(async () => {
        throw Object.assign(new Error('socket'), { code });
      });
      expect(answer.status).toBe(503);
    },
  );

  test('that our own mistake causes is 500', async () => {
    expect((await call(async () => Promise.reject(fault('ValidationException')))).status).toBe(500);
    expect((await call(async () => Promise.reject(fault('ResourceNotFoundException')))).status).toBe(500);
  });
});

describe('the time budget', () => {
  test('that passes is 504, within the time that is left', async () => {
    let seen: string | undefined;
    const handler = serve(route, (({ request }: { request: { id: string } }) => {
      seen = request.id;
      return new Promise(() => undefined);
    }) as unknown as Handler);
    const endpoint = {
      route,
      handler: ((event, _) => handler(event, { getRemainingTimeInMillis: () => 500 } as never)) as typeof handler,
    };
    const started = performance.now();
    const answer = await invoke(endpoint, { key, body, params: { id: '1' } });
    expect(answer).toMatchObject({ status: 504, body: { error_code: 'TIMEOUT' } });
    expect([answer.headers['X-Request-ID'], answer.body.request_id]).toEqual([seen, seen]);
    expect(performance.now() - started).toBeLessThan(450);
  });
});

describe('Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'k' };

  test('returns the first response again, marked as replayed, and runs once', async () => {
    const handler = vi.fn(async () => ({ status: 201, body: { id: '7' } }));
    const first = await call(handler, { headers });
    const again = await call(handler, { headers });
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'Idempotency-Replayed': 'true' } });
    expect(again.headers.Location).toBe(first.headers.Location);
    expect(first.headers).not.toHaveProperty('Idempotency-Replayed');
    expect(handler).toHaveBeenCalledTimes(1);
  });

  test('repeats a response without a body', async () => {
    const handler = vi.fn(async () => ({ status: 204 }));
    await call(handler, { headers });
    expect(await call(handler, { headers })).toMatchObject({ status: 204, body: undefined });
    expect(handler).toHaveBeenCalledTimes(1);
  });

  test('repeats the refusal of a conflict, and runs again after any other refusal', async () => {
    const conflict = vi.fn(async () => Promise.reject(problem('EXTERNAL_ID_EXISTS', 'Taken.', { id: '9' })));
    const [first, again] = [await call(conflict, { headers }), await call(conflict, { headers })];
    expect({ ...again.body, request_id: 0 }).toEqual({ ...first.body, request_id: 0 });
    expect([again.status, again.headers['Idempotency-Replayed'], conflict.mock.calls.length]).toEqual([409, 'true', 1]);
    const broken = vi.fn(async () => Promise.reject(fault('TimeoutError')));
    for (const _ of [1, 2]) await call(broken, { headers: { 'idempotency-key': 'other' } });
    expect(broken).toHaveBeenCalledTimes(2);
  });

  test('shows a secret once: a retry is 409 with the id, and the handler does not run', async () => {
    const showing: Route = { ...route, idempotent: 'secret' };
    const handler = vi.fn(async () => ({ status: 200, body: { id: '7', name: 'hush-hush' } }));
    expect(await call(handler, { headers }, showing)).toMatchObject({ status: 200, body: { name: 'hush-hush' } });
    const again = await call(handler, { headers }, showing);
    expect(again).toMatchObject({
      status: 409,
      body: { error_code: 'SECRET_SHOWN_ONCE', details: { id: '7' } },
      headers: { 'Idempotency-Replayed': 'true' },
    });
    expect(JSON.stringify(again.body)).not.toContain('hush-hush');
    expect(handler).toHaveBeenCalledTimes(1);
    expect(output.metrics()).not.toContain('UndeclaredProblem');
  });
});

describe('a call past the front door', () => {
  beforeEach(() => {
    vi.stubEnv('ORIGIN_VERIFY', 'front-door-secret');
    vi.stubEnv('FRONT_DOOR_ONLY', 'true');
  });

  test.each([{}, { 'x-origin-verify': 'guessed' }])('is refused before anything is read: %o', async (headers) => {
    const handler = vi.fn(fine);
    const spent = database.calls.length;
    const answer = await call(handler, { body: '{', headers });
    expect(answer).toMatchObject({ status: 403, body: { error_code: 'FORBIDDEN', request_id: expect.any(String) } });
    expect(handler).not.toHaveBeenCalled();
    expect(database.calls).toHaveLength(spent);
    expect(output.lines()).toMatchObject([{ message: 'request', status: 403, error_code: 'FORBIDDEN' }]);
  });

  test('passes with the secret', async () => {
    expect(await call(fine, { headers: { 'x-origin-verify': 'front-door-secret' } })).toMatchObject({ status: 200 });
  });

  test('is allowed where the deployment says so', async () => {
    vi.stubEnv('FRONT_DOOR_ONLY', '');
    expect(await call(fine)).toMatchObject({ status: 200 });
  });
});

describe('the line of a request in the log has the caller’s address', () => {
  const lineOf = () => output.lines().find(({ message }) => message === 'request');
  const viewer = { 'x-viewer-address': '203.0.113.9' };

  test.each([
    ['as the front door says it', { ...viewer, 'x-origin-verify': 'front-door-secret' }, '203.0.113.9'],
    ['as API Gateway sees it, whatever others say', { ...viewer, 'x-origin-verify': 'guessed' }, '198.51.100.1'],
  ])('%s', async (_, headers, address) => {
    vi.stubEnv('ORIGIN_VERIFY', 'front-door-secret');
    await call(fine, { headers, address: '198.51.100.1' });
    expect(lineOf()).toMatchObject({ operation: 'makeThing', status: 200, address });
  });

  test('of a refused request too', async () => {
    await call(fine, { key: undefined, address: '198.51.100.1' });
    expect(lineOf()).toMatchObject({ status: 401, error_code: 'UNAUTHENTICATED', address: '198.51.100.1' });
  });
});

test('no credential, header or body is in the log, whatever the outcome', async () => {
  const secret = 'correct-horse-battery-staple';
  const wrong = await keyOf(await workspaceWith());
  const given = { body: { name: secret, secret }, headers: { 'x-secret': secret, 'idempotency-key': `${secret}-1` } };
  vi.stubEnv('ORIGIN_VERIFY', 'front-door-secret');
  await call(fine, given);
  await call(async () => ({ status: 200, body: { id: 1 } }), given);
  await call(async () => Promise.reject(fault('ThrottlingException')), given);
  await call(fine, { ...given, body: `{"${secret}` });
  await call(fine, { ...given, query: `limit=${secret}` });
  await call(fine, { ...given, key: wrong.slice(0, -1) });
  await call(fine, { ...given, headers: { authorization: `Bearer ${wrong}` } });
  database.before = () => {
    throw fault('TimeoutError');
  };
  await call(fine, given);
  expect(output.lines().length).toBeGreaterThan(7);
  for (const word of [secret, key, wrong, key.slice(-38, -6), 'front-door-secret', 'secretHash']) {
    expect(output.text()).not.toContain(word);
  }
});
