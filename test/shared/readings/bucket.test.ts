import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ValueType } from '../../../shared/profiles/value-types.ts';
import { Bucket, bucketOf } from '../../../shared/readings/bucket.ts';
import type { Reading } from '../../../shared/readings/chunk.ts';
import { shownWhole } from '../../../shared/readings/value.ts';
import { closeTo, naive, readingsOf } from './naive.ts';

/** The bucket of readings that are cut into parts, each stored and read again, joined in any order. */
function inParts(type: ValueType, readings: readonly Reading[], cuts: readonly number[]): Bucket {
  const parts = cuts.map((_, i) =>
    readings.filter((_, j) => cuts[j % cuts.length] === cuts[i] && i === cuts.indexOf(cuts[i]!)),
  );
  const joined = new Bucket(type);
  for (const part of parts.reverse()) {
    if (part.length === 0) continue;
    const start = Math.min(...part.map(({ at }) => at));
    const stored = JSON.parse(JSON.stringify(bucketOf(type, part).packed(start)));
    joined.join(Bucket.unpacked(type, stored, start));
  }
  return joined;
}

describe('Buckets', () => {
  it.each(['DOUBLE', 'BIGINT', 'BOOLEAN', 'TEXT'] as const)(
    'of %s equal a naive aggregate, whole or joined',
    (type) => {
      fc.assert(
        fc.property(readingsOf(type), fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }), (readings, cuts) => {
          const expected = naive(type, readings);
          for (const bucket of [bucketOf(type, readings), inParts(type, readings, cuts)]) {
            const { count, min, max, first, firstAt, last, lastAt } = bucket;
            expect(count).toBe(expected.count);
            if (count === 0) continue;
            expect({ min, max, first, firstAt, last, lastAt }).toEqual(expected.exact);
            closeTo(bucket.sum, expected.sum, expected.size);
            closeTo(bucket.avg, expected.avg, expected.size / count);
          }
        }),
      );
    },
  );

  it('add whole numbers beyond 2^53 exactly', () => {
    const most = shownWhole(2n ** 63n - 1n);
    const bucket = bucketOf(
      'BIGINT',
      [0, 1, 2].map((at) => ({ at, value: most })),
    );
    expect(bucket.sum).toBe(String(3n * (2n ** 63n - 1n)));
    expect(
      bucketOf('BIGINT', [
        { at: 0, value: most },
        { at: 1, value: shownWhole(-(2n ** 63n)) },
      ]).sum,
    ).toBe(-1);
  });

  it.each([[1e-310], [1.2345678901234e-300], [Number.MIN_VALUE], [2 ** 900], [1.2345678901234e300]])(
    'have %d for their average, sum, or both',
    (value) => {
      const bucket = bucketOf(
        'DOUBLE',
        [0, 1, 2].map((at) => ({ at, value })),
      );
      const stored = Bucket.unpacked('DOUBLE', JSON.parse(JSON.stringify(bucket.packed(0))), 0);
      const mixed = bucketOf(
        'DOUBLE',
        [0, 1].map((at) => ({ at, value: at === 0 ? value : -1e300 })),
      );
      stored.join(mixed);
      for (const one of [bucket, inParts('DOUBLE', [{ at: 7, value }], [0])])
        expect(one.avg! / value).toBeCloseTo(1, 12);
      expect(stored.sum! as number).toBeCloseTo(-1e300 + 4 * value, -290);
    },
  );

  it('stay tiny beside large ones that cancel out', () => {
    const values = [1e300, 1.2345678901234e-300, -1e300];
    const bucket = bucketOf(
      'DOUBLE',
      values.map((value, at) => ({ at, value })),
    );
    expect(bucket.sum).toBe(1.2345678901234e-300);
  });

  it('keep what cancels out', () => {
    const values = [1e16, 1, -1e16, 0.1, 1e300, -1e300];
    expect(
      bucketOf(
        'DOUBLE',
        values.map((value, at) => ({ at, value })),
      ).sum,
    ).toBeCloseTo(1.1, 12);
  });

  it('have an average where the sum is more than a double holds', () => {
    const bucket = bucketOf(
      'DOUBLE',
      [0, 1].map((at) => ({ at, value: Number.MAX_VALUE })),
    );
    expect(bucket.sum).toBeNull();
    expect(bucket.avg).toBe(Number.MAX_VALUE);
  });
});
