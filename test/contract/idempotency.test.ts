import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectDocumented } from '../support/answers.ts';
import { addressed, paramsOf } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import { newWorld, type World } from './world.ts';

/**
 * `Idempotency-Key`: one effect for each key, and the same response to every retry. `retries` tests all routes that
 * accept a key.
 */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const create = (key: string, body: unknown, more: Record<string, string> = {}): Promise<Invoked> =>
  world.call('geofences/create', { body, headers: { 'idempotency-key': key, ...more } });
const draft = () => ({ name: `Once ${randomUUID()}`, latitude: 1, longitude: 2 });
const total = async () => (await world.call('geofences/list', { query: 'limit=1' })).body.total as number;

test('a retry answers what the first request answered, and says so', async () => {
  const [key, body, before] = [randomUUID(), draft(), await total()];
  const first = await create(key, body);
  const second = await create(key, body);
  expect(second).toMatchObject({ status: 201, body: first.body });
  expect(first.headers['Idempotency-Replayed']).toBeUndefined();
  expect(second.headers).toMatchObject({
    'Idempotency-Replayed': 'true',
    ETag: '"v1"',
    Location: `http://localhost/api/v1/geofences/${first.body.id}`,
  });
  expect(second.headers['X-Request-ID']).not.toBe(first.headers['X-Request-ID']);
  expect(await total()).toBe(before + 1);
});

test('a retry returns the stored response even if the fence has changed since', async () => {
  const [key, body] = [randomUUID(), draft()];
  const first = await create(key, body);
  await world.call('geofences/patch', { params: { id: first.body.id }, body: { name: 'Changed' } });
  expect((await create(key, body)).body).toEqual(first.body);
});

test('the same key for another body is refused', async () => {
  const key = randomUUID();
  await create(key, draft());
  const { status, body } = await create(key, draft());
  expect([status, body.error_code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
});

test('of many at once, one takes effect; the others get 409 or its response', async () => {
  const [key, body, before] = [randomUUID(), draft(), await total()];
  const answers = await Promise.all(Array.from({ length: 8 }, () => create(key, body)));
  const made = answers.filter(({ status }) => status === 201);
  expect(new Set(made.map((answer) => answer.body.id)).size).toBe(1);
  for (const waiting of answers.filter(({ status }) => status !== 201)) {
    expect(waiting).toMatchObject({ status: 409, body: { error_code: 'IDEMPOTENCY_IN_PROGRESS' } });
    expect(waiting.headers['Retry-After']).toBe('1');
  }
  expect(await total()).toBe(before + 1);
});

test('a 409 is remembered, and a retry after the conflict has gone still gets it', async () => {
  const externalId = randomUUID();
  const holder = await world.fence({ externalId });
  const [key, body] = [randomUUID(), { ...draft(), externalId }];
  const first = await create(key, body);
  await world.call('geofences/delete', { params: { id: holder.id } });
  const second = await create(key, body);
  for (const answer of [first, second]) {
    expect(answer).toMatchObject({
      status: 409,
      body: { error_code: 'EXTERNAL_ID_EXISTS', details: { id: holder.id } },
    });
  }
  expect(second.headers['Idempotency-Replayed']).toBe('true');
});

test('a failed validation is not remembered: the retry with the same key runs', async () => {
  const key = randomUUID();
  expect((await create(key, { name: 'No place' })).status).toBe(400);
  expect((await create(key, draft())).status).toBe(201);
});

test('after a refused geometry the key can be used again', async () => {
  const [key, body] = [randomUUID(), { name: 'Bad', geometry: { type: 'Polygon', coordinates: [] } }];
  expect((await create(key, body)).status).toBe(400);
  expect((await create(key, draft())).status).toBe(201);
});

test('a key belongs to one credential', async () => {
  const [key, body] = [randomUUID(), draft()];
  const other = await world.anotherKey({ scopes: ['geofences:write'] });
  const mine = await create(key, body);
  const theirs = await create(key, body, { 'x-api-key': other });
  expect(theirs.status).toBe(201);
  expect(theirs.body.id).not.toBe(mine.body.id);
});

test.each([
  ['too long', 'k'.repeat(256)],
  ['not ASCII', 'schlüssel'],
  ['empty', ''],
])('a key that is %s is refused', async (_, key) => {
  const { status, body } = await create(key, draft());
  expect([status, body.error_code, body.detail[0].loc]).toEqual([
    400,
    'VALIDATION_ERROR',
    ['header', 'Idempotency-Key'],
  ]);
});

test('a key of 255 printable characters is taken', async () => {
  expect((await create(`~ ${'k'.repeat(253)}`, draft())).status).toBe(201);
});

describe.each(addressed.filter(({ route }) => !route.idempotent))('$name', ({ name, route }) => {
  test('ignores Idempotency-Key', async () => {
    const params = paramsOf(route, randomUUID());
    const answer = await world.call(name, { params, headers: { 'idempotency-key': 'k'.repeat(300) } });
    expectDocumented(route, answer);
    expect(JSON.stringify(answer.body?.detail ?? '')).not.toContain('Idempotency-Key');
  });
});
