import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderDocument } from '../../lib/openapi/document.ts';
import { isRawAnswer } from '../../shared/http/answer.ts';
import { anyType, type Route } from '../../shared/http/route.ts';
import { policies } from '../../shared/limits/policies.ts';
import { challengesOf, expectDocumented } from '../support/answers.ts';
import { addressed, endpoints, type NamedEndpoint, paramsOf } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
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

test('every route has rows', () => {
  const without = endpoints.filter(({ name }) => calls[name] === undefined);
  expect(without.map(({ name }) => `Say in test/contract/calls.ts what ${name} answers`)).toEqual([]);
});

describe.each(addressed)('$name', (endpoint) => {
  const { route, name } = endpoint;
  const params = paramsOf(route, randomUUID());

  test.each(calls[name] ?? [])('$title', async ({ call, answers, headers = {}, body = {} }: Call) => {
    const answer = await answerTo(endpoint, typeof call === 'function' ? await call(world) : call);
    if (typeof answers === 'number') expect(answer.status, JSON.stringify(answer.body)).toBe(answers);
    else expectProblem(answer, ...answers);
    expect(answer.headers).toMatchObject(headers);
    if (answer.body !== undefined) expect(answer.body).toMatchObject(body);
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
