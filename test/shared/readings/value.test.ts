import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactly } from '../../../shared/json/exact.ts';
import type { ValueType } from '../../../shared/profiles/value-types.ts';
import { isWithin, readValue, shownWhole } from '../../../shared/readings/value.ts';

const readAs = (type: ValueType, json: string) => readValue(type, parseExactly(json));

describe('Values of readings', () => {
  it.each([
    ['DOUBLE', '71.4', 71.4],
    ['DOUBLE', '-0', 0],
    ['DOUBLE', '-0.0', 0],
    ['DOUBLE', '1e-400', 0],
    ['DOUBLE', '0.30000000000000004', 0.30000000000000004],
    ['DOUBLE', '9007199254740993', 9007199254740992],
    ['DOUBLE', '1e400', undefined],
    ['DOUBLE', '"1"', undefined],
    ['DOUBLE', 'true', undefined],
    ['DOUBLE', 'null', undefined],
    ['BIGINT', '1', 1],
    ['BIGINT', '1.0', 1],
    ['BIGINT', '1e3', 1000],
    ['BIGINT', '-0', 0],
    ['BIGINT', '1.5', undefined],
    ['BIGINT', '1.0000000000000000001', undefined],
    ['BIGINT', '-0.99999999999999999999', undefined],
    ['BIGINT', '1e-400', undefined],
    ['BIGINT', '0e400', 0],
    ['BIGINT', '-0.000e-5', 0],
    ['BIGINT', '1500e-2', 15],
    ['BIGINT', '-12.50e1', -125],
    ['BIGINT', '0.0012E+4', 12],
    ['BIGINT', '1e16', undefined],
    ['BIGINT', '9007199254740992.0', 9007199254740992],
    ['BIGINT', '9007199254740992.5', undefined],
    ['BIGINT', '1e999999999999', undefined],
    ['BIGINT', '9007199254740992', 9007199254740992],
    ['BIGINT', '-9007199254740992', -9007199254740992],
    ['BIGINT', '9007199254740993', undefined],
    ['BIGINT', '9007199254740994', undefined],
    ['BIGINT', '"9007199254740993"', '9007199254740993'],
    ['BIGINT', '"9007199254740992"', 9007199254740992],
    ['BIGINT', '"9223372036854775807"', '9223372036854775807'],
    ['BIGINT', '"9223372036854775808"', undefined],
    ['BIGINT', '"-9223372036854775808"', '-9223372036854775808'],
    ['BIGINT', '"-9223372036854775809"', undefined],
    ['BIGINT', '"12"', 12],
    ['BIGINT', '"-0"', 0],
    ['BIGINT', '"012"', undefined],
    ['BIGINT', '"1e3"', undefined],
    ['BIGINT', '""', undefined],
    ['BOOLEAN', 'true', true],
    ['BOOLEAN', '1', undefined],
    ['TEXT', '""', ''],
    ['TEXT', '"😀"', '😀'],
    ['TEXT', '1', undefined],
  ] as const)('%s takes %s as %s', (type, json, value) => {
    expect(readAs(type, json)).toBe(value);
  });

  it('counts the characters of a text as code points', () => {
    expect(readValue('TEXT', '😀'.repeat(4096))).toBe('😀'.repeat(4096));
    expect(readValue('TEXT', '😀'.repeat(4097))).toBeUndefined();
    expect(readValue('TEXT', 'x'.repeat(4097))).toBeUndefined();
  });

  it('shows every whole number of 64 bits exactly', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (whole) => {
        const shown = shownWhole(whole);
        expect(BigInt(shown)).toBe(whole);
        expect(readValue('BIGINT', parseExactly(JSON.stringify(shown)))).toBe(shown);
      }),
    );
  });

  it('compares with bounds exactly', () => {
    expect(isWithin('BIGINT', '9007199254740993', { min: null, max: 9007199254740992 })).toBe(false);
    expect(isWithin('BIGINT', '9007199254740993', { min: null, max: 9007199254740994 })).toBe(true);
    expect(isWithin('DOUBLE', -40, { min: -40, max: 85 })).toBe(true);
    expect(isWithin('DOUBLE', 85.1, { min: null, max: 85 })).toBe(false);
    expect(isWithin('TEXT', 'x', { min: 1, max: null })).toBe(true);
  });
});
