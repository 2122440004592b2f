import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pastWindows, rateWindow, windowSeconds } from '../../../shared/limits/rate-window.ts';

const keyId = fc.stringMatching(/^[0-9A-Za-z]{24}$/);
const instant = fc.integer({ min: 1.6e12, max: 2.5e12 });

describe('a window', () => {
  test('lasts an hour for each credential, to the second', () => {
    fc.assert(
      fc.property(keyId, instant, (key, now) => {
        const window = rateWindow(key, now);
        expect(window.resetsInSeconds).toBeGreaterThanOrEqual(1);
        expect(window.resetsInSeconds).toBeLessThanOrEqual(windowSeconds);
        const end = (Math.floor(now / 1000) + window.resetsInSeconds) * 1000;
        expect(rateWindow(key, end - 1).attribute).toBe(window.attribute);
        expect(rateWindow(key, end - windowSeconds * 1000)).toMatchObject({ index: window.index });
        expect(rateWindow(key, end)).toMatchObject({ index: window.index + 1, resetsInSeconds: windowSeconds });
      }),
    );
  });

  test('has a start that differs between subjects, so that not all windows begin at once', () => {
    const offsets = fc.sample(keyId, 2000).map((key) => rateWindow(key, 0).resetsInSeconds);
    expect(new Set(offsets).size).toBeGreaterThan(1000);
    const perTenMinutes = Array.from(
      { length: 6 },
      (_, i) => offsets.filter((o) => Math.ceil(o / 600) === i + 1).length,
    );
    for (const count of perTenMinutes) expect(count).toBeGreaterThan(200);
  });
});

describe('counters of past windows', () => {
  test('are all before the last one: a clock a little behind still counts there', () => {
    fc.assert(
      fc.property(keyId, instant, fc.array(fc.integer({ min: -5, max: 2 })), (key, now, ages) => {
        const window = rateWindow(key, now);
        const row = Object.fromEntries(ages.map((age) => [`n${window.index + age}`, 1]));
        const past = pastWindows({ ...row, name: 'x', n: 1, nx1: 1, version: 1 }, window);
        expect(past.sort()).toEqual(
          [...new Set(ages.filter((age) => age < -1))].map((age) => `n${window.index + age}`).sort(),
        );
      }),
    );
  });
});
