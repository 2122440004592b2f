import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { reserve, reserveBeyondLimit, reserveUpTo } from '../../../shared/quota/reserve.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

/** Reserves as much of the quota as is left, for writers that can use less than they want. */

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
const quota = { resource: 'geofences', count: counted } as const;
const some = (wanted: number, count = counted, by = free) => reserveUpTo(by, { ...quota, count }, wanted);

test('all of it is reserved where it is left', async () => {
  expect(await some(100)).toEqual({ amount: 100, refusal: undefined });
  expect(used()).toBe(100);
});

test('the rest is reserved, and the refusal of more says that all is used', async () => {
  await reserve(free, quota, 93);
  const { amount, refusal } = await some(50);
  expect([amount, used()]).toEqual([7, 100]);
  expect(refusal).toMatchObject({ code: 'QUOTA_EXCEEDED', details: { resource: 'geofences', limit: 100, used: 100 } });
});

test('nothing is reserved where nothing is left, or more is used than the plan holds', async () => {
  await some(100);
  expect(await some(3)).toMatchObject({ amount: 0, refusal: { details: { used: 100 } } });
  for (let i = 0; i < 20; i++) await reserveBeyondLimit(free, quota, async () => undefined);
  expect(await some(3)).toMatchObject({ amount: 0, refusal: { details: { used: 120 } } });
  expect(used()).toBe(120);
});

test('of more than the plan allows, as much as it allows is reserved', async () => {
  expect(await some(130)).toMatchObject({ amount: 100, refusal: { code: 'QUOTA_EXCEEDED' } });
});

test('nothing is reserved where nothing is wanted', async () => {
  expect(await some(0)).toEqual({ amount: 0, refusal: undefined });
  expect(database.calls).toEqual([]);
});

test('a plan without a limit gives all', async () => {
  expect(await some(5000, counted, tenant(2, 'enterprise'))).toEqual({ amount: 5000, refusal: undefined });
});

test('writers that race for the rest get all of it together, and no more', async () => {
  await reserve(free, quota, 60);
  const reserved = await Promise.all(Array.from({ length: 9 }, (_, i) => some(i + 3)));
  expect(reserved.reduce((sum, { amount }) => sum + amount, 0)).toBe(40);
  expect(used()).toBe(100);
});

test('what nobody released is found a minute later', async () => {
  await some(100);
  const really = vi.fn(async () => 95);
  expect((await some(10, really)).amount).toBe(0);
  expect(really).not.toHaveBeenCalled();
  vi.setSystemTime(Date.now() + 60_001);
  expect((await some(10, really)).amount).toBe(5);
  expect(used()).toBe(100);
});

test('a database that fails is no refusal', async () => {
  database.before = () => {
    throw fault('ThrottlingException');
  };
  await expect(some(3)).rejects.toThrow('ThrottlingException');
});
