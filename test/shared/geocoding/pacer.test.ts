import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Pacer } from '../../../shared/geocoding/pacer.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => vi.useRealTimers());

const later = (milliseconds: number) => Date.now() + milliseconds;

/** Runs calls with these durations, and returns when each started. */
function run(pacer: Pacer, durations: readonly number[], latestStart: number) {
  const starts: number[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  const calls = durations.map((milliseconds, i) =>
    pacer.run(async () => {
      starts.push(Date.now());
      mostInFlight = Math.max(mostInFlight, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      inFlight--;
      return i;
    }, latestStart),
  );
  return { starts, done: Promise.all(calls), most: () => mostInFlight };
}

const mostInAnySecond = (starts: readonly number[]) =>
  Math.max(0, ...starts.map((from) => starts.filter((start) => start >= from && start < from + 1000).length));

describe('a pacer', () => {
  test('never starts more in any second than its share, nor has more in flight, however long calls take', async () => {
    const plan = fc.record({
      perSecond: fc.integer({ min: 1, max: 50 }),
      mostInFlight: fc.integer({ min: 1, max: 16 }),
      durations: fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 60 }),
      pauses: fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ perSecond, mostInFlight, durations, pauses }) => {
        const pacer = new Pacer(perSecond, mostInFlight);
        for (const at of pauses) setTimeout(() => pacer.pause(500), at);
        const { starts, done, most } = run(pacer, durations, later(1e9));
        await vi.runAllTimersAsync();
        expect(await done).toEqual(durations.map((_, i) => i));
        expect(mostInAnySecond(starts)).toBeLessThanOrEqual(perSecond);
        expect(most()).toBeLessThanOrEqual(mostInFlight);
        const gaps = starts.slice(1).map((start, i) => start - starts[i]!);
        expect(Math.min(Infinity, ...gaps)).toBeGreaterThanOrEqual(1000 / perSecond);
      }),
      { numRuns: 60 },
    );
  });

  test('uses its share whole', async () => {
    const { starts, done } = run(new Pacer(10, 16), Array(50).fill(150), later(1e9));
    await vi.runAllTimersAsync();
    await done;
    expect(starts.at(-1)! - starts[0]!).toBe(4900);
  });

  test('rejects calls whose turn would come too late, as soon as that is certain', async () => {
    const { starts, done } = run(new Pacer(10, 16), Array(20).fill(10), later(450));
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    await vi.advanceTimersByTimeAsync(450);
    expect(isDone).toBe(true);
    expect(starts).toHaveLength(5);
    expect((await done).filter((result) => result === undefined)).toHaveLength(15);
  });

  test('also rejects calls while others hang', async () => {
    const pacer = new Pacer(1000, 1);
    void pacer.run(() => new Promise(() => undefined), later(1000));
    const second = pacer.run(async () => 'second', later(300));
    await vi.advanceTimersByTimeAsync(301);
    await expect(second).resolves.toBeUndefined();
  });

  test('starts nothing in a pause, and the pauses of many are one', async () => {
    const pacer = new Pacer(100, 16);
    for (let i = 0; i < 10; i++) pacer.pause(1000);
    const from = Date.now();
    const { starts, done } = run(pacer, [1, 1], later(5000));
    await vi.runAllTimersAsync();
    await done;
    expect(starts.map((start) => start - from)).toEqual([1000, 1010]);
  });

  test('continues after a call that fails', async () => {
    const pacer = new Pacer(100, 1);
    const first = pacer.run(() => Promise.reject(new Error('no')), later(1000)).catch((error: Error) => error.message);
    const second = pacer.run(async () => 'yes', later(1000));
    await vi.runAllTimersAsync();
    expect([await first, await second]).toEqual(['no', 'yes']);
  });
});
