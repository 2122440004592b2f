import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { announceRelease, releaseQuota, reserveQuota } from '../../../shared/quota/counter.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

/** Places that dead writers leave behind, found again while others take and give back. */

const free = tenant(1, 'free');
const limit = 100;
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

/** What a writer does with its place, and where it dies. */
const step = fc.record({
  kind: fc.constantFrom('create', 'create', 'delete'),
  dies: fc.constantFrom('never', 'never', 'before', 'after'),
  /** How often it lets others go first, at each of its waits. */
  pauses: fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 3 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const round = fc.record({ steps: fc.array(step, { maxLength: 10 }), minuteLater: fc.boolean() });

const yieldTimes = async (times = 0): Promise<void> => {
  for (let i = 0; i < times; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('more than the plan holds never exist, and every place that is free is found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async (rounds) => {
      database.restore();
      database = new DynamoDbFake();
      let things = 95;
      for (let i = 0; i < things; i++) await reserveQuota(free, 'geofences', async () => things);
      const count = async () => {
        await yieldTimes(1);
        return things;
      };
      const create = async ({ dies, pauses }: Step) => {
        await yieldTimes(pauses[0]);
        await reserveQuota(free, 'geofences', count);
        await yieldTimes(pauses[1]);
        if (dies === 'before') return;
        things += 1;
      };
      const remove = async ({ dies, pauses }: Step) => {
        await yieldTimes(pauses[0]);
        await announceRelease(free, 'geofences');
        await yieldTimes(pauses[1]);
        if (dies === 'before' || things === 0) return;
        things -= 1;
        await yieldTimes(pauses[2]);
        if (dies === 'never') await releaseQuota(free, 'geofences');
      };
      for (const { steps, minuteLater } of rounds) {
        await Promise.allSettled(steps.map((one) => (one.kind === 'create' ? create(one) : remove(one))));
        expect(things).toBeLessThanOrEqual(limit);
        expect(used()).toBeGreaterThanOrEqual(things);
        if (minuteLater) vi.setSystemTime(Date.now() + 60_001);
      }
      vi.setSystemTime(Date.now() + 60_001);
      while (things < limit) {
        await reserveQuota(free, 'geofences', count);
        things += 1;
        vi.setSystemTime(Date.now() + 60_001);
      }
      await expect(reserveQuota(free, 'geofences', count)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    }),
    { numRuns: 200 },
  );
});
