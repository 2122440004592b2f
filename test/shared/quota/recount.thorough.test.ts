import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { announceRelease, release } from '../../../shared/quota/release.ts';
import { reserve } from '../../../shared/quota/reserve.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { runs } from '../../support/thorough.ts';
import { tenant } from '../support/people.ts';

/** Reservations that crashed writers leave behind are released again while others reserve and release. */

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

/** The steps of a writer, and where it crashes. */
const step = fc.record({
  kind: fc.constantFrom('create', 'create', 'delete'),
  dies: fc.constantFrom('never', 'never', 'before', 'after'),
  /** How often it lets others run first, at each of its waits. */
  pauses: fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 3 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const round = fc.record({ steps: fc.array(step, { maxLength: 10 }), minuteLater: fc.boolean() });

const yieldTimes = async (times = 0): Promise<void> => {
  for (let i = 0; i < times; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('the plan is never exceeded, and all free quota is found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async (rounds) => {
      database.restore();
      database = new DynamoDbFake();
      let things = 95;
      const count = async () => {
        await yieldTimes(1);
        return things;
      };
      const quota = { resource: 'geofences', count } as const;
      for (let i = 0; i < things; i++) await reserve(free, quota);
      const create = async ({ dies, pauses }: Step) => {
        await yieldTimes(pauses[0]);
        await reserve(free, quota);
        await yieldTimes(pauses[1]);
        if (dies === 'before') return;
        things += 1;
      };
      const remove = async ({ dies, pauses }: Step) => {
        await yieldTimes(pauses[0]);
        const announced = await announceRelease(free, quota);
        await yieldTimes(pauses[1]);
        if (dies === 'before' || things === 0) return;
        things -= 1;
        await yieldTimes(pauses[2]);
        if (dies === 'never') await release(free, quota, announced);
      };
      for (const { steps, minuteLater } of rounds) {
        await Promise.allSettled(steps.map((one) => (one.kind === 'create' ? create(one) : remove(one))));
        expect(things).toBeLessThanOrEqual(limit);
        expect(used()).toBeGreaterThanOrEqual(things);
        if (minuteLater) vi.setSystemTime(Date.now() + 60_001);
      }
      vi.setSystemTime(Date.now() + 60_001);
      while (things < limit) {
        await reserve(free, quota);
        things += 1;
        vi.setSystemTime(Date.now() + 60_001);
      }
      await expect(reserve(free, quota)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    }),
    { numRuns: runs(200) },
  );
});
