import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intervalPattern, readInterval } from '../../../shared/ogc/interval.ts';
import { idsCreatedIn, isCreatedIn, newId } from '../../../shared/table/ids.ts';

const at = (text: string) => Date.parse(text);
const [least, most] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

describe('datetime', () => {
  test.each([
    ['2026-03-17T10:00:00Z', at('2026-03-17T10:00:00Z'), at('2026-03-17T10:00:00Z')],
    ['2026-03-17t10:00:00z', at('2026-03-17T10:00:00Z'), at('2026-03-17T10:00:00Z')],
    ['2026-03-17T10:00:00.5Z', at('2026-03-17T10:00:00.500Z'), at('2026-03-17T10:00:00.500Z')],
    ['2026-03-17T10:00:00.123000Z', at('2026-03-17T10:00:00.123Z'), at('2026-03-17T10:00:00.123Z')],
    ['2026-03-17T10:00:00+02:00', at('2026-03-17T08:00:00Z'), at('2026-03-17T08:00:00Z')],
    ['2026-03-17T10:00:00 02:00', at('2026-03-17T08:00:00Z'), at('2026-03-17T08:00:00Z')],
    ['2026-03-17T10:00:00-23:59', at('2026-03-18T09:59:00Z'), at('2026-03-18T09:59:00Z')],
    ['2026-03-17', at('2026-03-17T00:00:00Z'), at('2026-03-17T23:59:59.999Z')],
    ['2024-02-29', at('2024-02-29T00:00:00Z'), at('2024-02-29T23:59:59.999Z')],
    ['2026-03-17T10:00:00Z/2026-03-18T10:00:00Z', at('2026-03-17T10:00:00Z'), at('2026-03-18T10:00:00Z')],
    ['2026-03-17T10:00:00Z/2026-03-17T10:00:00Z', at('2026-03-17T10:00:00Z'), at('2026-03-17T10:00:00Z')],
    ['2026-03-17/2026-03-18', at('2026-03-17T00:00:00Z'), at('2026-03-18T23:59:59.999Z')],
    ['2026-03-17T10:00:00Z/2026-03-17', at('2026-03-17T10:00:00Z'), at('2026-03-17T23:59:59.999Z')],
    ['2026-03-17T10:00:00Z/..', at('2026-03-17T10:00:00Z'), most],
    ['2026-03-17T10:00:00Z/', at('2026-03-17T10:00:00Z'), most],
    ['../2026-03-17T10:00:00Z', least, at('2026-03-17T10:00:00Z')],
    ['/2026-03-17T10:00:00Z', least, at('2026-03-17T10:00:00Z')],
    ['../2026-03-17', least, at('2026-03-17T23:59:59.999Z')],
    ['2026-03-17T/..', at('2026-03-17T00:00:00Z'), most],
    ['../2026-03-17T', least, at('2026-03-17T00:00:00Z')],
    ['2026-03-17T', at('2026-03-17T00:00:00Z'), at('2026-03-17T00:00:00Z')],
    ['0000-01-01/9999-12-31', at('0000-01-01T00:00:00Z'), at('9999-12-31T23:59:59.999Z')],
  ])('%s', (text, from, to) => {
    expect(readInterval(text)).toEqual({ from, to });
    // Two spellings that only some clients need are not in the document.
    if (!/ |T(\/|$)/.test(text)) expect(text).toMatch(new RegExp(intervalPattern));
  });

  test('an instant between two milliseconds matches no millisecond; an interval begins after it and ends before it', () => {
    const instant = at('2026-03-17T10:00:00.123Z');
    expect(readInterval('2026-03-17T10:00:00.1234Z')).toEqual({ from: instant + 1, to: instant });
    expect(readInterval('2026-03-17T10:00:00.1234Z/..')?.from).toBe(instant + 1);
    expect(readInterval('../2026-03-17T10:00:00.1239Z')?.to).toBe(instant);
  });

  test.each([
    ...['', '/', '..', '../..', '/..', '../', '///', 'now', 'today', '2026', '2026-03', '20260317', '12:00:00Z'],
    ...[
      '2026-02-30',
      '2025-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-04-31T00:00:00Z',
      '2026-3-7',
      '2026-3-7T',
      '2026-02-30T',
      '2026-03-17TT',
      '+12026-03-17',
    ],
    ...['2026-03-17T10:00:00', '2026-03-17T10:00Z', '2026-03-17T24:00:00Z', '2026-03-17T10:60:00Z', '2026-03-17Z'],
    ...['2026-03-17T10:00:60Z', '2026-03-17T10:00:00.Z', '2026-03-17T10:00:00+0200', '2026-03-17T10:00:00+24:00'],
    ...['2026-03-18/2026-03-17', '2026-03-17/2026-03-18/2026-03-19', '2026-03-17/P1D', '2026-03-17..2026-03-18'],
    ...['2026-03-17T10:00:01Z/2026-03-17T10:00:00Z', '١٢٣٤-٠١-٠١', '2026-03-17\n', '2026-03-17/x', 'x/2026-03-17'],
  ])('refuses %j', (text) => {
    expect(readInterval(text)).toBeUndefined();
  });

  test('of any text is a span or refused', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readInterval(text)));
  });
});

describe('the ids of a span', () => {
  const instant = fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') });

  test('are those of the fences created in it', () => {
    const bound = fc.oneof(instant, fc.constantFrom(least, most, -1, 0));
    fc.assert(
      fc.property(instant, bound, bound, fc.integer({ min: -2, max: 2 }), (created, from, to, near) => {
        const id = newId(created);
        for (const span of [
          { from, to },
          { from: created + near, to },
          { from, to: created + near },
        ]) {
          expect(isCreatedIn(id, span), JSON.stringify(span)).toBe(span.from <= created && created <= span.to);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('are bounds that a database takes: never the last before the first', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (from, to) => {
        const [first, last] = idsCreatedIn({ from, to });
        expect(first <= last).toBe(true);
      }),
    );
  });
});
