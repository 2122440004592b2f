import fc from 'fast-check';
import { expect } from 'vitest';
import type { ValueType } from '../../../shared/profiles/value-types.ts';
import type { Reading } from '../../../shared/readings/chunk.ts';
import { shownWhole, type Value } from '../../../shared/readings/value.ts';

/** Aggregates that are computed in the simplest way, and readings to compare them by. */

export const valuesOf: Readonly<Record<ValueType, fc.Arbitrary<Value>>> = {
  DOUBLE: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e250, max: 1e250 }).map((value) => value + 0),
    fc.double({ noNaN: true, min: -1e-290, max: 1e-290 }).map((value) => value + 0),
    fc.integer({ min: -50, max: 50 }).map((tenths) => tenths / 10),
  ),
  BIGINT: fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-5n, 5n)).map(shownWhole),
  BOOLEAN: fc.boolean(),
  TEXT: fc.string({ maxLength: 5 }),
};

/** Readings at different instants, in order of time. */
export const readingsOf = (type: ValueType): fc.Arbitrary<Reading[]> =>
  fc
    .uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 10_000_000 }), value: valuesOf[type] }), {
      selector: ({ at }) => at,
      maxLength: 40,
    })
    .map((readings) => readings.sort((a, b) => a.at - b.at));

const isText = (value: Value): boolean => typeof value === 'string' && !/^-?\d+$/.test(value);

/** @param readings in order of time */
export function naive(type: ValueType, readings: readonly Reading[]) {
  const [first, last] = [readings[0], readings.at(-1)];
  const numbers =
    type === 'TEXT' ? [] : readings.map(({ value }) => (typeof value === 'boolean' ? Number(value) : value));
  const ordered = numbers.toSorted((a, b) => (isLess(a, b) ? -1 : isLess(b, a) ? 1 : 0));
  const exact = {
    min: ordered[0] ?? null,
    max: ordered.at(-1) ?? null,
    first: first?.value,
    firstAt: first?.at,
    last: last?.value,
    lastAt: last?.at,
  };
  const size = numbers.reduce<number>((sum, number) => sum + Math.abs(Number(number)), 0);
  if (type === 'TEXT') return { count: readings.length, exact, size, sum: null, avg: null };
  if (type === 'BIGINT') {
    const sum = numbers.reduce<bigint>((all, number) => all + BigInt(number), 0n);
    return { count: numbers.length, exact, size: 0, sum: shownWhole(sum), avg: Number(sum) / numbers.length };
  }
  // From the smallest to the largest, which loses least.
  const sum = (numbers as number[]).toSorted((a, b) => Math.abs(a) - Math.abs(b)).reduce((all, one) => all + one, 0);
  return { count: numbers.length, exact, size, sum, avg: sum / numbers.length };
}

function isLess(a: string | number, b: string | number): boolean {
  return isText(a) || isText(b)
    ? a < b
    : typeof a === 'string' || typeof b === 'string'
      ? BigInt(a) < BigInt(b)
      : a < b;
}

/** @param size the sum of the amounts that were added, of which the last digits may differ */
export function closeTo(actual: unknown, expected: unknown, size: number): void {
  if (typeof expected !== 'number' || typeof actual !== 'number') return expect(actual).toBe(expected);
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * size + Number.MIN_VALUE);
}
