import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderDocument } from '../../lib/openapi/document.ts';
import { isRawAnswer } from '../../shared/http/answer.ts';
import { problemsOf } from '../../shared/http/problems.ts';
import { anyType, type Route } from '../../shared/http/route.ts';
import { policies } from '../../shared/limits/policies.ts';
import type { ProblemCode } from '../../shared/problems/catalogue.ts';
import { challengesOf, expectDocumented } from '../support/answers.ts';
import { addressed, endpoints, type NamedEndpoint, paramsOf } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import { fieldsOf } from '../support/schema-fields.ts';
import type { Call } from './call.ts';
import { calls } from './calls.ts';
import { signedIn } from './people.ts';
import { type Asked, allowedTo, newWorld, type World } from './world.ts';

/** Every route answers only with the statuses and the shapes that it documents, whatever is sent. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

type Operation = { responses: Record<string, { content?: Record<string, unknown> }> };
const document = renderDocument(
  endpoints.map(({ route }) => route),
  '0.0.0',
) as {
  paths: Record<string, Record<string, Operation>>;
};

/** The published document contains the status of a response, and its media type. */
function expectPublished({ route }: NamedEndpoint, { status, headers }: Invoked): void {
  const { responses } = document.paths[route.path]![route.method.toLowerCase()]!;
  const response = responses[status];
  expect(response, `the document has no ${status} of ${route.operationId}`).toBeDefined();
  const type = headers['Content-Type']?.split(';')[0];
  const types = Object.keys(response?.content ?? {});
  if (type && response?.content && !types.includes(anyType)) expect(types).toContain(type);
}

const answersJson = ({ success }: Route): boolean =>
  Object.values(success).every((answer) => !isRawAnswer(answer) || answer.contentType.includes('json'));

async function answerTo(endpoint: NamedEndpoint, invocation: Asked): Promise<Invoked> {
  const { name, route } = endpoint;
  const answer = await world.call(name, invocation);
  expectDocumented(route, answer);
  expectPublished(endpoint, answer);
  return answer;
}

function expectProblem(answer: Invoked, status: number, code: string): void {
  expect([answer.status, answer.body.error_code], JSON.stringify(answer.body)).toEqual([status, code]);
}

/** Parameters that `lists.test.ts` tries at every list. */
const ofEveryList = ['limit', 'offset', 'skip', 'cursor'];

/** Problems that no call can show: why the route declares them still. */
const unreachable: Readonly<Record<string, readonly ProblemCode[]>> = {
  // What belongs to a person is refused to keys and phones, which cannot have these scopes.
  'account/delete': ['FORBIDDEN', 'NOT_FOUND'],
  'account/get': ['FORBIDDEN'],
  'account/list-notifications': ['FORBIDDEN'],
  'account/read-all-notifications': ['FORBIDDEN'],
  'account/read-notification': ['FORBIDDEN'],
  'account/update': ['FORBIDDEN', 'NOT_FOUND'],
  'settings/create-pairing-token': ['FORBIDDEN'],
  // Today every role that rotates keys has all scopes that keys may have.
  'account/rotate-api-key': ['SCOPE_NOT_GRANTABLE'],
  // Today every role that manages users has the rights of all roles that it may give.
  'users/create': ['FORBIDDEN'],
  'workspaces/invite': ['FORBIDDEN'],
  // Only an owner may remove an owner, and nobody removes oneself; two at once are in `last-owner.test.ts`.
  'users/delete': ['LAST_OWNER'],
  'workspaces/remove-member': ['LAST_OWNER'],
  // Only what was stored before a rule became stricter.
  'forms/publish': ['SCHEMA_INVALID'],
  'workflows/activate': ['URL_FORBIDDEN'],
  // The bindings and alert rules that will hold them are not built yet.
  'device-groups/delete': ['IN_USE'],
  'sensors/delete': ['IN_USE'],
  'sites/delete': ['IN_USE'],
};

/** Problems that need more than one call to be shown, and the test that does. */
const shownElsewhere: Readonly<Record<string, Partial<Record<ProblemCode, string>>>> = {
  'auth/refresh': { RATE_LIMIT_EXCEEDED: 'test/shared/sessions/refresh.test.ts' },
  'auth/sign-up': { SIGNUP_DISABLED: 'test/shared/users/founding.test.ts' },
  'geofences/preview': { GEOCODER_UNAVAILABLE: 'test/shared/bulk/preview.test.ts' },
  'geofences/simulate': { BATCH_TOO_LARGE: 'test/shared/simulation/simulator.test.ts' },
  'geofences/sync-plan-apply': {
    INVALID_TRANSITION: 'test/shared/sync/apply.thorough.test.ts',
    SYNC_PLAN_EXPIRED: 'test/shared/sync/apply.thorough.test.ts',
  },
  'media/begin-upload': { QUOTA_EXCEEDED: 'test/contract/media.test.ts' },
  'media/complete-upload': {
    QUOTA_EXCEEDED: 'test/contract/media.test.ts',
    UPLOAD_EXPIRED: 'test/contract/media.test.ts',
  },
  'media/upload': { QUOTA_EXCEEDED: 'test/contract/media.test.ts' },
  ...Object.fromEntries(
    ['service/api-docs', 'service/docs', 'service/docs-errors', 'service/root'].map((name) => [
      name,
      { ROUTE_NOT_FOUND: 'test/lib/openapi/endpoints.test.ts' },
    ]),
  ),
};

test.each(Object.entries(shownElsewhere))('%s: the tests named here exist and look for these problems', (_, files) => {
  for (const [code, file] of Object.entries(files)) {
    expect(readFileSync(file, 'utf8'), `${file} no longer looks for ${code}`).toContain(code);
  }
});

test('every route has rows', () => {
  const without = endpoints.filter(({ name }) => calls[name] === undefined);
  expect(without.map(({ name }) => `Say in test/contract/calls.ts what ${name} answers`)).toEqual([]);
});

describe.each(addressed)('$name', (endpoint) => {
  const { route, name } = endpoint;
  const params = paramsOf(route, randomUUID());

  /** Query parameters with which a row has succeeded, and the number of rows so far. */
  const [succeeded, ran] = [new Set<string>(), { count: 0 }];

  test.each(calls[name] ?? [])('$title', async ({ call, answers, headers = {}, body = {} }: Call) => {
    const invocation = typeof call === 'function' ? await call(world) : call;
    const answer = await answerTo(endpoint, invocation);
    ran.count += 1;
    if (answer.status < 400) for (const one of new URLSearchParams(invocation.query).keys()) succeeded.add(one);
    if (typeof answers === 'number') expect(answer.status, JSON.stringify(answer.body)).toBe(answers);
    else expectProblem(answer, ...answers);
    expect(answer.headers).toMatchObject(headers);
    if (answer.body !== undefined) expect(answer.body).toMatchObject(body);
  });

  test('has a row that succeeds with each parameter of its query', () => {
    // Only some rows were chosen to run.
    if (ran.count < (calls[name] ?? []).length) return;
    const parameters = route.query ? [...fieldsOf(route.query).keys()] : [];
    const without = parameters.filter((one) => !ofEveryList.includes(one) && !succeeded.has(one));
    expect(
      without.map(
        (one) =>
          `No row of "${name}" in test/contract/calls.ts succeeds with ?${one}=; the filters of a plain kind have rows`,
      ),
    ).toEqual([]);
  });

  test('has a row for each problem that it declares', () => {
    const rows = calls[name] ?? [];
    const shown = rows.flatMap(({ answers }) => (typeof answers === 'number' ? [] : [answers[1]]));
    const ofEveryRoute = problemsOf({ ...route, problems: [] });
    const known = [...ofEveryRoute, ...(unreachable[name] ?? []), ...Object.keys(shownElsewhere[name] ?? {})];
    const without = route.problems.filter((code) => !shown.includes(code) && !known.includes(code));
    expect(without.map((code) => `No row of "${name}" in test/contract/calls.ts answers ${code}`)).toEqual([]);
    const needless = (unreachable[name] ?? []).filter((code) => shown.includes(code) || !route.problems.includes(code));
    expect(needless.map((code) => `"${name}" needs no line with ${code} in unreachable`)).toEqual([]);
  });

  test('has an X-Request-ID, and repeats X-Client-Request-ID', async () => {
    const answer = await answerTo(endpoint, { params, headers: { 'x-client-request-id': 'mine-1' } });
    expect(answer.headers).toMatchObject({ 'X-Client-Request-ID': 'mine-1', 'X-Content-Type-Options': 'nosniff' });
    const long = await answerTo(endpoint, { params, headers: { 'x-client-request-id': 'm'.repeat(129) } });
    expect(long.headers['X-Client-Request-ID']).toBeUndefined();
    expect(long.headers['X-Request-ID']).not.toBe(answer.headers['X-Request-ID']);
  });

  test('shows what is left of the rate limit, on every authenticated response', async () => {
    const { headers } = await answerTo(endpoint, { params });
    if (route.scope === 'public') return expect(headers.RateLimit).toBeUndefined();
    const [own, tier] = route.limit
      ? headers['RateLimit-Policy']!.split(', ')
      : [undefined, headers['RateLimit-Policy']];
    expect(tier).toBe('"tier";q=1000000;w=3600');
    expect(headers.RateLimit).toMatch(/(^|, )"tier";r=\d+;t=\d+$/);
    if (route.limit) expect(own).toMatch(new RegExp(`^"${route.limit}";q=\\d+;w=\\d+$`));
  });

  test('counts people apart from keys: 3,600 requests an hour', async () => {
    if (route.scope === 'public') return;
    const { access_token: key } = await signedIn(world, 'viewer');
    const { headers } = await answerTo(endpoint, { key, params });
    expect(headers['RateLimit-Policy']).toContain('"tier";q=3600;w=3600');
    const counted = !route.limit || policies[route.limit].countsTowardTier;
    expect(headers.RateLimit).toMatch(new RegExp(`"tier";r=${counted ? 3599 : 3600};t=\\d+`));
  });

  const offersAll = Object.values(route.success).some((one) => isRawAnswer(one) && one.contentType === anyType);
  test('406 for a media type that it does not offer', async () => {
    const answer = await answerTo(endpoint, { ...allowedTo(route), params, headers: { accept: 'image/png' } });
    if (offersAll) return expect(answer.status).not.toBe(406);
    expectProblem(answer, 406, 'NOT_ACCEPTABLE');
    expect(answer.headers['Content-Type']).toBe('application/json');
  });

  test.each(['*/*', 'application/*', 'application/json;q=0.1', 'text/html, application/json'])(
    'takes Accept: %s',
    async (accept) => {
      const { status } = await answerTo(endpoint, { params, headers: { accept } });
      if (answersJson(route) || accept === '*/*') expect(status).not.toBe(406);
    },
  );
});

const accepting = 'application/json;q=0.8, application/problem+json';

test.each(addressed.filter(({ route }) => route.scope !== 'public'))(
  '$name renders problems by RFC 9457',
  async ({ name, route }) => {
    const path = route.path.replaceAll(/\{\w+\}/g, 'x');
    const params = paramsOf(route, 'x');
    const { status, headers, body } = await world.call(name, {
      key: undefined,
      params,
      headers: { accept: accepting },
    });
    expect(status).toBe(401);
    expect(headers).toMatchObject({
      'Content-Type': 'application/problem+json',
      'WWW-Authenticate': challengesOf(route),
    });
    expect(body).toEqual({
      type: expect.stringMatching(/^http:\/\/localhost(:\d+)?\/docs\/errors\/UNAUTHENTICATED$/),
      title: 'Not authenticated',
      status: 401,
      detail: expect.any(String),
      instance: path,
      error_code: 'UNAUTHENTICATED',
      request_id: headers['X-Request-ID'],
    });
  },
);
