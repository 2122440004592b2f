import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, changedFields, sameJson } from '../../../shared/json/equality.ts';
import { asDoubles, asWritten, isWrittenNumber, parseExactly, parseMarked } from '../../../shared/json/exact.ts';
import { outlineOf } from '../../../shared/json/outline.ts';

/** Numbers as people and programs write them, in every form that JSON allows. */
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.bigInt().map(String),
  fc.stringMatching(/^-?(0|[1-9]\d{0,25})(\.\d{1,25})?([eE][+-]?\d{1,4})?$/),
  fc.constantFrom('-0', '0.0', '1.0', '1e400', '613196570357137407', '1E+2', '0.0000001', '100', '37.7749'),
);
const stringText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'a:1', '{"', '\\', '"1.0"'));

/** JSON text without white space, whose keys are different in each object and in the order in which JavaScript keeps them. */
const jsonText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    numberText,
    stringText.map((text) => JSON.stringify(text)),
    fc.constantFrom('null', 'true', 'false'),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(stringText, tie('value')), { maxLength: 4, selector: ([key]) => key })
      .map((entries) => entries.filter(([key]) => !/^(0|[1-9]\d*)$/.test(key)))
      .map((entries) => `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${item}`).join(',')}}`),
  ),
})).value;

describe('JSON that is kept as it was written', () => {
  test('is returned character by character', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(JSON.stringify(parseExactly(text))).toBe(text);
        expect(JSON.stringify(asWritten(parseMarked(`[${text}]`)))).toBe(`[${text}]`);
      }),
      { numRuns: 2000 },
    );
  });

  test('is for a schema the same as the result of JSON.parse', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(asDoubles(parseMarked(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each(['613196570357137407', '1e400', '-1E-400', '1.0', '-0', '0.10', '12345678901234567890.5'])(
    'holds %s as a number of its own',
    (written) => {
      const { n } = parseExactly(`{"n":${written}}`) as { n: unknown };
      expect(isWrittenNumber(n)).toBe(true);
      expect(`${JSON.stringify({ n })}`).toBe(`{"n":${written}}`);
    },
  );

  test('holds every number that a double prints again as that double', () => {
    expect(parseExactly('[0,-1,37.7749,1e+21,123456789012345680]')).toEqual([0, -1, 37.7749, 1e21, 123456789012345680]);
  });

  test('keeps a key __proto__, which is no prototype', () => {
    const text = '{"__proto__":{"admin":true,"n":1.0}}';
    for (const value of [parseExactly(text), asWritten(parseMarked(text))] as object[]) {
      expect(JSON.stringify({ ...value })).toBe(text);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect((value as { admin?: unknown }).admin).toBeUndefined();
    }
  });
});

describe('the outline of a text', () => {
  test('counts levels and keys, whatever strings hold', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const levelsOf = (value: unknown): number =>
          typeof value === 'object' && value !== null
            ? 1 + Math.max(0, ...Object.values(value).map((inner) => levelsOf(inner)))
            : 0;
        const keysOf = (value: unknown): number => {
          if (typeof value !== 'object' || value === null) return 0;
          const own = Array.isArray(value) ? 0 : Object.keys(value).length;
          return Object.values(value).reduce((sum: number, inner) => sum + keysOf(inner), own);
        };
        const value = JSON.parse(text);
        expect(outlineOf(text)).toMatchObject({ levels: levelsOf(value), keys: keysOf(value), halfCharacter: false });
      }),
    );
  });

  test('counts a key twice that is there twice', () => {
    expect(outlineOf('{"a":1,"a":{"b":2,"b":3}}').keys).toBe(4);
  });

  test.each([
    [String.raw`"\ud83d\ude00"`, false],
    [String.raw`"\uD83D\uDE00 \\ud83d"`, false],
    [String.raw`"\\\ud83d\ude00"`, false],
    [String.raw`"\ud83d"`, true],
    [String.raw`"\ude00"`, true],
    [String.raw`"\ude00\ud83d"`, true],
    [String.raw`"\ud83d\ud83d\ude00"`, true],
    [String.raw`"\\\ud83d"`, true],
    [String.raw`{"\ud83d":1}`, true],
  ])('of %s has half a character: %s', (text, half) => {
    expect(outlineOf(text).halfCharacter).toBe(half);
    const isIllFormed = (value: unknown): boolean =>
      typeof value === 'string' ? !value.isWellFormed() : Object.keys(value as object).some(isIllFormed);
    expect(isIllFormed(JSON.parse(text))).toBe(half);
  });

  test('works for any text, in time that grows with its length', () => {
    fc.assert(fc.property(fc.string(), (text) => void outlineOf(text)));
    for (const part of ['[', '"', '\\', '"\\', '-', '1', '1.', ':', '"\\u', '{"":', '\\ud83d']) {
      const started = process.cpuUsage();
      outlineOf(part.repeat(1_000_000 / part.length));
      expect(process.cpuUsage(started).user / 1000, part).toBeLessThan(1000);
    }
  });
});

describe('two values are the same JSON', () => {
  const same = (a: string, b: string) => sameJson(parseExactly(a), parseExactly(b));

  test.each([
    ['{"a":1,"b":[1,{"c":2,"d":3}]}', '{ "b": [1, {"d":3, "c":2}], "a": 1 }', true],
    ['[1,2]', '[2,1]', false],
    ['1', '1.0', false],
    ['1.0', '1.0', true],
    ['"1"', '1', false],
    ['{"a":null}', '{}', false],
    ['{"__proto__":1}', '{}', false],
    [String.raw`"\u0041"`, '"A"', true],
  ])('%s and %s: %s', (a, b, are) => {
    expect(same(a, b)).toBe(are);
    expect(same(b, a)).toBe(are);
  });

  test('what has no value is the same as null', () => {
    expect(sameJson(undefined, null)).toBe(true);
    expect(sameJson(undefined, 0)).toBe(false);
    expect(changedFields(['a', 'b', 'c'], { a: [1], b: null }, { a: [1], b: undefined, c: 1 })).toEqual(['c']);
  });

  test('is the same text for every order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value)!)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
