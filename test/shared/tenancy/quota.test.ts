import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { releaseQuota, reserveQuota } from '../../../shared/tenancy/quota.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

const free = tenant(1, 'free'); // 100 geofences
let database: DynamoDbFake;

beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

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
          const outcomes = await Promise.allSettled(
            reserved.map(({ places }) => reserveQuota(free, 'geofences', places)),
          );
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
    await reserveQuota(free, 'geofences', 95);
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => reserveQuota(free, 'geofences')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    await expect(reserveQuota(free, 'geofences')).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { resource: 'geofences', limit: 100, used: 100 },
    });
  });

  test('more than the plan holds are refused even to a workspace that has used none', async () => {
    await expect(reserveQuota(free, 'geofences', 101)).rejects.toMatchObject({ details: { limit: 100, used: 0 } });
    expect(used()).toBe(0);
  });

  test('that a plan does not limit are counted all the same', async () => {
    await reserveQuota(tenant(2, 'enterprise'), 'geofences', 5000);
    expect(used()).toBe(5000);
  });

  test('are counted by tenant', async () => {
    await reserveQuota(free, 'geofences', 100);
    await reserveQuota(tenant(3, 'free'), 'geofences', 100);
    expect(database.rows('access').map((row) => row.used)).toEqual([100, 100]);
  });

  test('are not taken for used up when the database fails', async () => {
    database.before = () => {
      throw fault('ThrottlingException');
    };
    await expect(reserveQuota(free, 'geofences')).rejects.toThrow('ThrottlingException');
  });
});
