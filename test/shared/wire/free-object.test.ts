import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checked } from '../../../shared/http/failures.ts';
import { parseMarked } from '../../../shared/json/exact.ts';
import { freeObject, keptObject } from '../../../shared/wire/free-object.ts';
import { strictObject } from '../../../shared/wire/schema.ts';

const types = (maxBytes: number, value: unknown) => {
  const result = checked(strictObject({ a: freeObject(maxBytes) }), 'body', { a: value });
  return 'failures' in result ? result.failures.map(({ type }) => type) : [];
};
const kept = (text: string, maxBytes = 1e6) =>
  JSON.stringify(keptObject().parse(freeObject(maxBytes).parse(parseMarked(text))));

describe('a free object', () => {
  test('comes back as it was sent', () => {
    const key = fc.oneof(fc.string(), fc.constant('__proto__'), fc.constant('constructor'));
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue(), { noNullPrototype: false }), (value) => {
        const text = JSON.stringify(value);
        expect(kept(text)).toBe(text);
      }),
    );
  });

  test.each([
    '{"__proto__":{"a":1},"n":613196570357137407,"deep":[{"x":1.0,"y":-0,"z":[1e400]}],"s":"1.0"}',
    '{"a":{"__proto__":null}}',
    '{}',
  ])('has every key and every digit: %s', (text) => {
    expect(kept(text)).toBe(text);
  });

  test.each([[[]], ['{}'], [1], [null], [true]])('is not %o', (value) => {
    expect(types(100, value)).toEqual(['type_error']);
  });

  test('is measured in bytes of UTF-8, numbers as they were written', () => {
    expect(types(11, { a: 'äö' })).toEqual(['too_long']);
    expect(types(12, { a: 'äö' })).toEqual([]);
    expect(() => kept('{"a":1.000000}', 13)).toThrow();
    expect(kept('{"a":1.000000}', 14)).toBe('{"a":1.000000}');
  });

  test('nested without end is refused, not a crash', () => {
    expect(types(1e6, JSON.parse(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`))).toEqual(['too_large']);
    expect(types(1e6, JSON.parse(`{"a":${'['.repeat(99)}${']'.repeat(99)}}`))).toEqual([]);
  });
});
