import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { announceRelease, releaseQuota, reserveQuota } from '../../../shared/quota/counter.ts';
import type { Tenant } from '../../../shared/tenancy/tenant.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

const free = tenant(1, 'free'); // 100 geofences
let database: DynamoDbFake;

beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

/** Takes places where a count would find all of them used. */
const reserve = (by: Tenant, places = 1) => reserveQuota(by, 'geofences', async () => used(), places);

const used = () => Number(database.rows('access')[0]?.used ?? 0);

describe('places of a plan', () => {
  test('are never over-run, whoever races for how many', async () => {
    const step = fc.record({
      kind: fc.constantFrom('reserve', 'reserve', 'release'),
      places: fc.integer({ min: 1, max: 130 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 12 }), async (rounds) => {
        database.restore();
        database = new DynamoDbFake();
        let held = 0;
        for (const round of rounds) {
          const reserved = round.filter(({ kind }) => kind === 'reserve');
          const outcomes = await Promise.allSettled(reserved.map(({ places }) => reserve(free, places)));
          outcomes.forEach((outcome, i) => {
            const places = reserved[i]?.places ?? 0;
            if (outcome.status === 'fulfilled') held += places;
            else expect(outcome.reason).toMatchObject({ code: 'QUOTA_EXCEEDED', details: { limit: 100 } });
          });
          expect(held).toBeLessThanOrEqual(100);
          for (const { places } of round.filter(({ kind }) => kind === 'release')) {
            const given = Math.min(places, held);
            await releaseQuota(free, 'geofences', given);
            held -= given;
          }
          expect(used()).toBe(held);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of whom 30 race for the last 5 go to 5', async () => {
    await reserve(free, 95);
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => reserve(free)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    await expect(reserve(free)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { resource: 'geofences', limit: 100, used: 100 },
    });
  });

  test('more than the plan holds are refused even to a workspace that has used none', async () => {
    await expect(reserve(free, 101)).rejects.toMatchObject({ details: { limit: 100, used: 0 } });
    expect(used()).toBe(0);
  });

  test('that a plan does not limit are counted all the same', async () => {
    await reserve(tenant(2, 'enterprise'), 5000);
    expect(used()).toBe(5000);
  });

  test('are counted by tenant', async () => {
    await reserve(free, 100);
    await reserve(tenant(3, 'free'), 100);
    expect(database.rows('access').map((row) => row.used)).toEqual([100, 100]);
  });

  test('are not taken for used up when the database fails', async () => {
    database.before = () => {
      throw fault('ThrottlingException');
    };
    await expect(reserve(free)).rejects.toThrow('ThrottlingException');
  });

  describe('that were not given back', () => {
    beforeEach(() => {
      vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    const minuteLater = () => vi.setSystemTime(Date.now() + 60_001);
    const real = (there: number) => vi.fn(async () => there);

    test('are found when the limit is met a minute later, and not before', async () => {
      await reserve(free, 100);
      const early = real(40);
      await expect(reserveQuota(free, 'geofences', early)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
      expect(early).not.toHaveBeenCalled();
      minuteLater();
      await reserveQuota(free, 'geofences', real(40));
      expect(used()).toBe(41);
    });

    test('are counted at most once a minute, however often the limit is met', async () => {
      await reserve(free, 100);
      minuteLater();
      const count = real(100);
      for (let i = 0; i < 5; i++) await expect(reserveQuota(free, 'geofences', count)).rejects.toThrow();
      expect(count).toHaveBeenCalledTimes(1);
    });

    test('are not counted while a place is taken, or about to be given back', async () => {
      await reserve(free, 99);
      minuteLater();
      const slow = vi.fn(async () => {
        await announceRelease(free, 'geofences');
        return 10;
      });
      await expect(reserveQuota(free, 'geofences', slow, 2)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
      expect(used()).toBe(99);
    });
  });
});
