import { beforeAll, expect, test } from 'vitest';
import { endpoint } from '../support/endpoints.ts';
import { invoke } from '../support/invoke.ts';
import { watchDatabase } from '../support/watch.ts';
import { newWorld, type World } from './world.ts';

/**
 * An authenticated `check` is one round trip to the database, and its price depends on the sizes of the rows that it
 * reads.
 */

let world: World;
beforeAll(async () => {
  world = await newWorld();
  await world.fence({ latitude: 48.8584, longitude: 2.2945, radiusMeters: 200 });
  await world.fence({ latitude: 48.8584, longitude: 2.2945, radiusMeters: 50_000 });
});

const check = (key: string, body: unknown) => invoke(endpoint('geofences/check'), { key, body });
const point = { latitude: 48.8584, longitude: 2.2945 };

test('check makes its eight calls in one wave: each begins before any has ended', async () => {
  await check(world.key, point);
  const { result, calls } = await watchDatabase(() => check(world.key, point));
  expect(result.body.count).toBe(2);
  expect(calls.map(({ operation }) => operation).sort()).toEqual([
    'GetItem',
    ...Array.from({ length: 6 }, () => 'Query'),
    'UpdateItem',
  ]);
  const firstEnd = Math.min(...calls.map(({ ended }) => ended));
  expect(calls.filter(({ began }) => began >= firstEnd)).toEqual([]);
});

test('check makes the same calls in one wave for a person', async () => {
  const token = await world.token('viewer');
  await check(token, point);
  const { result, calls } = await watchDatabase(() => check(token, point));
  expect(result.body.count).toBe(2);
  expect(calls.map(({ operation }) => operation).sort()).toEqual([
    'GetItem',
    ...Array.from({ length: 6 }, () => 'Query'),
    'UpdateItem',
  ]);
  const firstEnd = Math.min(...calls.map(({ ended }) => ended));
  expect(calls.filter(({ began }) => began >= firstEnd)).toEqual([]);
});

test('check reads consistently, one partition of its own tenant each, without a filter', async () => {
  const { calls } = await watchDatabase(() => check(world.key, point));
  for (const { input } of calls.filter(({ operation }) => operation === 'Query')) {
    expect(input).toMatchObject({ ConsistentRead: true, KeyConditionExpression: 'pk = :pk' });
    expect(Object.keys(input)).not.toContain('FilterExpression');
    expect(JSON.stringify(input.ExpressionAttributeValues)).toContain(world.workspace.reference);
  }
});

test('check costs as many units as DynamoDB’s rule makes of the sizes it reads', async () => {
  const key = await world.anotherKey({ scopes: ['geofences:read', 'geofences:write', 'geofences:delete'] });
  const { calls } = await watchDatabase(() => check(key, point));
  const spent = (name: string) => calls.filter(({ operation }) => operation === name).map(({ units }) => units);
  const read = (name: string) =>
    calls.filter(({ operation }) => operation === name).reduce((sum, call) => sum + call.bytes, 0);
  expect(spent('Query'), 'a cell of less than 4 KB is one unit').toEqual([1, 1, 1, 1, 1, 1]);
  expect(read('Query'), 'two postings of two circles').toBeGreaterThan(150);
  expect(spent('GetItem')).toEqual([1]);
  expect(spent('UpdateItem'), 'the key row must stay below 1 KB to cost one write unit').toEqual([1]);
  expect(read('UpdateItem')).toBeGreaterThan(300);
});

test('a refused credential costs one wave too, and a mistyped one costs nothing', async () => {
  const wrong = `${world.key.slice(0, -1)}${world.key.endsWith('0') ? '1' : '0'}`;
  const mistyped = await watchDatabase(() => check(wrong, point));
  expect([mistyped.result.status, mistyped.calls.length]).toEqual([401, 0]);
  const anonymous = await watchDatabase(() => check('', point));
  expect([anonymous.result.status, anonymous.calls.length]).toEqual([401, 0]);
});

test('an invalid body starts no index query', async () => {
  const { result, calls } = await watchDatabase(() => check(world.key, { latitude: 91 }));
  expect(result.status).toBe(400);
  expect(calls.map(({ operation }) => operation).sort()).toEqual(['GetItem', 'UpdateItem']);
});
