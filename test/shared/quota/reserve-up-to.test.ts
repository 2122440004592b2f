import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { releaseQuota, reserveQuota, reserveSome } from '../../../shared/quota/counter.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

/** As many places as there are, for who can do with fewer than wanted. */

const free = tenant(1, 'free'); // 100 geofences
let database: DynamoDbFake;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

const used = () => Number(database.rows('access')[0]?.used ?? 0);
const counted = async () => used();
const some = (wanted: number, count = counted, by = free) => reserveSome(by, 'geofences', count, wanted);

test('all that are wanted are taken where there are so many', async () => {
  expect(await some(100)).toEqual({ places: 100, refusal: undefined });
  expect(used()).toBe(100);
});

test('the last ones are taken, and the refusal of the others tells that all are used', async () => {
  await reserveQuota(free, 'geofences', counted, 93);
  const { places, refusal } = await some(50);
  expect([places, used()]).toEqual([7, 100]);
  expect(refusal).toMatchObject({ code: 'QUOTA_EXCEEDED', details: { resource: 'geofences', limit: 100, used: 100 } });
});

test('none are taken where none are left, or more are used than the plan holds', async () => {
  await some(100);
  expect(await some(3)).toMatchObject({ places: 0, refusal: { details: { used: 100 } } });
  await releaseQuota(free, 'geofences', -20);
  expect(await some(3)).toMatchObject({ places: 0, refusal: { details: { used: 120 } } });
  expect(used()).toBe(120);
});

test('more than the plan holds are what it holds', async () => {
  expect(await some(130)).toMatchObject({ places: 100, refusal: { code: 'QUOTA_EXCEEDED' } });
});

test('none wanted is none taken', async () => {
  expect(await some(0)).toEqual({ places: 0, refusal: undefined });
  expect(database.calls).toEqual([]);
});

test('a plan without a limit gives all', async () => {
  expect(await some(5000, counted, tenant(2, 'enterprise'))).toEqual({ places: 5000, refusal: undefined });
});

test('who race for the last get them all between them, and no more', async () => {
  await reserveQuota(free, 'geofences', counted, 60);
  const taken = await Promise.all(Array.from({ length: 9 }, (_, i) => some(i + 3)));
  expect(taken.reduce((sum, { places }) => sum + places, 0)).toBe(40);
  expect(used()).toBe(100);
});

test('places that nobody gave back are found a minute later', async () => {
  await some(100);
  const really = vi.fn(async () => 95);
  expect((await some(10, really)).places).toBe(0);
  expect(really).not.toHaveBeenCalled();
  vi.setSystemTime(Date.now() + 60_001);
  expect((await some(10, really)).places).toBe(5);
  expect(used()).toBe(100);
});

test('a database that fails is no refusal', async () => {
  database.before = () => {
    throw fault('ThrottlingException');
  };
  await expect(some(3)).rejects.toThrow('ThrottlingException');
});
