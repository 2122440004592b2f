import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KeptReads } from '../../../shared/table/kept-reads.ts';
import type { TenantReference } from '../../../shared/tenancy/tenant.ts';

const [one, other] = ['t1', 't2'] as unknown as readonly [TenantReference, TenantReference];

beforeEach(() => vi.useFakeTimers({ now: 0, toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

test('a read is kept for its time, for one workspace', async () => {
  const kept = new KeptReads<number>(5000);
  let reads = 0;
  const read = async () => ++reads;
  expect(await Promise.all([kept.of(one, read), kept.of(one, read), kept.of(other, read)])).toEqual([1, 1, 2]);
  vi.setSystemTime(4999);
  expect(await kept.of(one, read)).toBe(1);
  vi.setSystemTime(5000);
  expect(await kept.of(one, read)).toBe(3);
});

test('a read that fails is not kept', async () => {
  const kept = new KeptReads<number>(5000);
  await expect(kept.of(one, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await kept.of(one, async () => 7)).toBe(7);
});
