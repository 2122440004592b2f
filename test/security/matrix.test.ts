import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as routes from '../../functions/routes.ts';
import { originVerify } from '../platform/in-process.ts';
import { challengesOf, expectProblemShape, isFailureOfOurs } from '../support/answers.ts';
import { addressed, type EndpointName, endpoint } from '../support/endpoints.ts';
import { invoke } from '../support/invoke.ts';
import { Cast } from './cast.ts';
import {
  actors,
  classOf,
  everyday,
  exampleBody,
  isForKeys,
  matrixRows,
  type Row,
  roleOf,
  roleOfPhone,
} from './rows.ts';

/** Routes × actors: who may call a route, and the responses to the others. */

const rows = matrixRows(routes);
let cast: Cast;
const began = Date.now();

beforeAll(async () => {
  cast = await Cast.inNewWorkspace();
});

test('every route has its rows, and one of each class those of all actors', () => {
  const counted = Map.groupBy(rows, ({ name }) => name);
  expect([...counted.keys()].sort()).toEqual(addressed.map(({ name }) => name));
  const actorsOf = (name: string) => counted.get(name)!.map(({ actor }) => actor);
  for (const { name } of addressed) expect(actorsOf(name)).toEqual(expect.arrayContaining([...everyday]));
  for (const [of, routes] of Map.groupBy(addressed, ({ route }) => classOf(route))) {
    const thorough = routes.filter(({ name }) => actorsOf(name).length === actors.length);
    expect(thorough, `routes of the class "${of}" with every actor`).toHaveLength(1);
  }
});

test('every body schema has an example, so that the matrix can call its route', () => {
  const without = addressed.filter(({ route }) => route.body && exampleBody(route) === undefined);
  expect(without.map(({ name }) => `${name}: give its body schema an example`)).toEqual([]);
});

test.each(addressed.filter(({ route }) => route.scope === 'public'))('$name is open on purpose', ({ name }) => {
  const open = [
    'auth/accept-invitation',
    'auth/confirm-password-reset',
    'auth/login',
    'auth/password-reset',
    'auth/refresh',
    'auth/resend-verification',
    'auth/sign-up',
    'auth/verify-email',
    'billing/provider-events',
    'devices/provision',
    'mobile/pair',
    'service/api-docs',
    'service/docs',
    'service/docs-assets',
    'service/docs-error',
    'service/docs-errors',
    'service/health',
    'service/jwks',
    'service/openapi',
    'service/root',
    'service/specs',
    'subscriptions/plans',
  ];
  expect(open, 'a route that is open on purpose belongs to `open` in test/security/matrix.test.ts').toContain(name);
});

describe.each(addressed)('$name', ({ name, route }) => {
  const own = rows.filter(
    (row) =>
      row.name === name &&
      (isForKeys(route) || roleOf(row.actor) || roleOfPhone(row.actor) || row.expected !== 'passed'),
  );

  test.each(own)('$actor', async ({ actor, expected, requiredScope }: Row) => {
    const headers = await cast.headers(actor, route, originVerify);
    const id = randomUUID();
    const params = Object.fromEntries([...route.path.matchAll(/\{(\w+)\}/g)].map(([, param]) => [param!, id]));
    const answer = await invoke(endpoint(name as EndpointName), {
      params,
      query: `id=${id}`,
      body: exampleBody(route),
      headers,
    });
    if (expected === 'passed') {
      // A refusal here must have a reason of the route's own, such as a wrong password.
      if ([401, 403].includes(answer.status)) expect(route.problems).toContain(answer.body.error_code);
      return expect(isFailureOfOurs(answer), JSON.stringify(answer.body)).toBe(false);
    }
    expect([answer.status, answer.body.error_code], JSON.stringify(answer.body)).toEqual(expected);
    expectProblemShape(answer.body, answer.headers['X-Request-ID']);
    expect(answer.headers['WWW-Authenticate']).toBe(answer.status === 401 ? challengesOf(route) : undefined);
    if (requiredScope) expect(answer.body.details).toEqual({ required_scope: requiredScope });
    if (expected[1] === 'KEY_INVALID') expect(answer.body.details).toBeUndefined();
    const secret = headers['x-api-key']?.slice(-38);
    if (secret) expect(JSON.stringify(answer)).not.toContain(secret);
  });
});

test('responses to an expired and a revoked key say since when', async () => {
  const { route } = endpoint('geofences/list');
  const body = async (actor: 'an expired key' | 'a revoked key') =>
    (await invoke(endpoint('geofences/list'), { headers: await cast.headers(actor, route, '') })).body;
  expect((await body('an expired key')).details).toEqual({ expired_at: '2001-09-09T01:46:40Z' });
  const { revoked_at } = (await body('a revoked key')).details;
  expect(Date.parse(revoked_at)).toBeGreaterThanOrEqual(began - 1000);
  expect(Date.parse(revoked_at)).toBeLessThanOrEqual(Date.now());
});

test('a wrong secret, an unknown id and an unknown workspace read alike', async () => {
  const { route } = endpoint('geofences/list');
  const actors = [
    'a key with a wrong secret and its right checksum',
    'a key with an unknown id',
    'a key of an unknown workspace',
    'an expired key with a wrong secret',
  ] as const;
  const bodies = await Promise.all(
    actors.map(
      async (actor) =>
        (await invoke(endpoint('geofences/list'), { headers: await cast.headers(actor, route, '') })).body,
    ),
  );
  expect(new Set(bodies.map(({ request_id: _, ...body }) => JSON.stringify(body))).size).toBe(1);
});
