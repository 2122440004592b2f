import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Quota } from '../../../shared/quota/record.ts';
import { announceRelease, release } from '../../../shared/quota/release.ts';
import { reserve as reserveOf } from '../../../shared/quota/reserve.ts';
import type { Tenant } from '../../../shared/tenancy/tenant.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

const free = tenant(1, 'free'); // 100 geofences
let database: DynamoDbFake;

beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

/** A quota for which a recount would find all of it used. */
const quotaOf = (count: () => Promise<number>): Quota => ({ resource: 'geofences', count });
const quota = quotaOf(async () => used());
const reserve = (by: Tenant, amount = 1) => reserveOf(by, quota, amount);

const used = () => Number(database.rows('access')[0]?.used ?? 0);

describe('the quota of a plan', () => {
  test('is never exceeded, even in races', async () => {
    const step = fc.record({
      kind: fc.constantFrom('reserve', 'reserve', 'release'),
      amount: fc.integer({ min: 1, max: 130 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 12 }), async (rounds) => {
        database.restore();
        database = new DynamoDbFake();
        let held = 0;
        for (const round of rounds) {
          const reserved = round.filter(({ kind }) => kind === 'reserve');
          const outcomes = await Promise.allSettled(reserved.map(({ amount }) => reserve(free, amount)));
          outcomes.forEach((outcome, i) => {
            const amount = reserved[i]?.amount ?? 0;
            if (outcome.status === 'fulfilled') held += amount;
            else expect(outcome.reason).toMatchObject({ code: 'QUOTA_EXCEEDED', details: { limit: 100 } });
          });
          expect(held).toBeLessThanOrEqual(100);
          for (const { amount } of round.filter(({ kind }) => kind === 'release')) {
            const given = Math.min(amount, held);
            await release(free, quota, await announceRelease(free, quota), given);
            held -= given;
          }
          expect(used()).toBe(held);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is given to 5 of the 30 who race for the last 5', async () => {
    await reserve(free, 95);
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => reserve(free)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    await expect(reserve(free)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { resource: 'geofences', limit: 100, used: 100 },
    });
  });

  test('is refused beyond the limit even to a workspace that has used none', async () => {
    await expect(reserve(free, 101)).rejects.toMatchObject({ details: { limit: 100, used: 0 } });
    expect(used()).toBe(0);
  });

  test('is counted all the same where the plan sets no limit', async () => {
    await reserve(tenant(2, 'enterprise'), 5000);
    expect(used()).toBe(5000);
  });

  test('is counted by tenant', async () => {
    await reserve(free, 100);
    await reserve(tenant(3, 'free'), 100);
    expect(database.rows('access').map((row) => row.used)).toEqual([100, 100]);
  });

  test('is not taken for used up when the database fails', async () => {
    database.before = () => {
      throw fault('ThrottlingException');
    };
    await expect(reserve(free)).rejects.toThrow('ThrottlingException');
  });

  describe('that was not released', () => {
    beforeEach(() => {
      vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    const minuteLater = () => vi.setSystemTime(Date.now() + 60_001);
    const real = (there: number) => vi.fn(async () => there);

    test('is found when the limit is reached a minute later, and not before', async () => {
      await reserve(free, 100);
      const early = real(40);
      await expect(reserveOf(free, quotaOf(early))).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
      expect(early).not.toHaveBeenCalled();
      minuteLater();
      await reserveOf(free, quotaOf(real(40)));
      expect(used()).toBe(41);
    });

    test('is recounted at most once a minute, however often the limit is reached', async () => {
      await reserve(free, 100);
      minuteLater();
      const count = real(100);
      for (let i = 0; i < 5; i++) await expect(reserveOf(free, quotaOf(count))).rejects.toThrow();
      expect(count).toHaveBeenCalledTimes(1);
    });

    test('is not recounted while another writer reserves or is about to release', async () => {
      await reserve(free, 99);
      minuteLater();
      const slow = vi.fn(async () => {
        await announceRelease(free, quota);
        return 10;
      });
      await expect(reserveOf(free, quotaOf(slow), 2)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
      expect(used()).toBe(99);
    });
  });
});
