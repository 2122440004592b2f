import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeItem, encodeItem, type Item } from '../../../shared/table/attributes.ts';

/** Rows converted to DynamoDB's JSON and back, compared with the results of AWS's own package. */

type Marshalled = Record<string, AttributeValue>;

/** Bytes are base64 in JSON; AWS's package returns them unencoded. */
const asJson = (item: Marshalled): Item =>
  JSON.parse(JSON.stringify(item, (_, value) => (value instanceof Uint8Array ? base64(value) : value)));
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

const text = fc.string({ unit: 'binary' });
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ min: -9e15, max: 9e15, noNaN: true }).map((n) => (n === 0 ? 0 : n)),
);
const set = fc.oneof(
  fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((members) => new Set(members)),
  fc.uniqueArray(number, { minLength: 1, maxLength: 3 }).map((members) => new Set(members)),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 20 }),
    set,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const row = fc.dictionary(text, value, { maxKeys: 6, noNullPrototype: true });

describe('a row', () => {
  test('is written as AWS writes it, and read as it was', () => {
    fc.assert(
      fc.property(row, (given) => {
        const item = encodeItem(given);
        if (!JSON.stringify(item).includes('__proto__')) expect(item).toEqual(asJson(marshall(given)));
        expect(decodeItem(JSON.parse(JSON.stringify(item)))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  test('is read as AWS reads it, whatever numerals look like', () => {
    for (const N of ['0', '-0', '1E+2', '1e-7', '.5', '00012', '-12.50', '9007199254740991'])
      expect(decodeItem({ n: { N } })).toEqual(unmarshall({ n: { N } }));
  });

  test('keeps a member named __proto__, which the package of AWS loses', () => {
    const given = JSON.parse('{ "__proto__": "a", "map": { "__proto__": { "b": 1 } } }');
    const item = encodeItem(given);
    expect(JSON.stringify(item)).toBe('{"__proto__":{"S":"a"},"map":{"M":{"__proto__":{"M":{"b":{"N":"1"}}}}}}');
    expect(JSON.stringify(decodeItem(JSON.parse(JSON.stringify(item))))).toBe(JSON.stringify(given));
  });

  test('has no attribute where there is no value', () => {
    expect(encodeItem({ a: undefined, b: { c: undefined } })).toEqual({ b: { M: {} } });
  });

  test('keeps bytes of their own, as plain bytes', () => {
    const whole = Uint8Array.of(1, 2, 3, 4);
    const item = encodeItem({ part: whole.subarray(1, 3), buffer: Buffer.from([9]) });
    expect(item).toEqual({ part: { B: 'AgM=' }, buffer: { B: 'CQ==' } });
    const { part } = decodeItem(item);
    expect([(part as object).constructor, part]).toEqual([Uint8Array, Uint8Array.of(2, 3)]);
  });
});

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  -(2 ** 60),
  10n,
  Symbol('s'),
  () => 1,
  new Date(),
  new Map(),
  new Set(),
  new Set([1, 'a']),
  new Set([Uint8Array.of(1)]),
  [undefined],
])('%s is not stored', (odd) => {
  expect(() => encodeItem({ odd })).toThrow(TypeError);
  expect(() => encodeItem({ list: [{ odd }] })).toThrow(TypeError);
});

test.each([{ N: '9007199254740993' }, { N: '1E126' }, { BS: ['CQ=='] }, {}])('%o is not read', (odd) => {
  expect(() => decodeItem({ odd: odd as never })).toThrow(TypeError);
});
