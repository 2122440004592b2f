import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { checked } from '../../../shared/http/failures.ts';
import { messageOf } from '../../../shared/http/messages.ts';
import { ProfileVersion } from '../../../shared/profiles/version.ts';
import { intervals } from '../../../shared/readings/intervals.ts';
import { freeObject } from '../../../shared/wire/free-object.ts';
import { strictObject } from '../../../shared/wire/schema.ts';
import { partName } from '../../../shared/wire/text.ts';
import { addressed } from '../../support/endpoints.ts';

/** Every kind of issue that a schema can raise has a sentence of ours, whatever the library's own text is. */

const said = (schema: z.ZodType, value: unknown) => {
  const result = checked(strictObject({ a: schema }), 'body', { a: value });
  return 'failures' in result ? result.failures.map(({ msg }) => msg).join() : 'nothing';
};
const many = Array.from({ length: 20 }, (_, i) => `value-${i}`);
const choice = z.discriminatedUnion('type', [z.object({ type: z.literal('a') }), z.object({ type: z.literal('b') })]);

test.each<[string, z.ZodType, unknown, string]>([
  ['invalid_type', z.string(), 1, 'Should be a string'],
  ['invalid_type', z.number(), '1', 'Should be a number'],
  ['invalid_type', z.int(), 1.5, 'Should be a whole number'],
  ['invalid_type', z.boolean(), 'yes', 'Should be true or false'],
  ['invalid_type', z.array(z.string()), {}, 'Should be a list'],
  ['invalid_type', z.tuple([z.string()]), 'x', 'Should be a list'],
  ['invalid_type', strictObject({}), [], 'Should be an object'],
  ['invalid_type', z.record(z.string(), z.string()), 1, 'Should be an object'],
  ['invalid_type', freeObject(10), 'x', 'Should be an object'],
  ['invalid_type', z.null(), 1, 'Should be null'],
  ['invalid_value', z.enum(['x']), 'y', 'Should be "x"'],
  ['invalid_value', z.enum(['x', 'y', 'z']), 'a', 'Should be "x", "y" or "z"'],
  [
    'invalid_value',
    z.enum(['active', 'inactive']),
    'Active',
    'Should be "active" or "inactive"; did you mean "active"?',
  ],
  ['invalid_value', z.enum(many), 'value-1x', 'Should be one of the documented values; did you mean "value-1"?'],
  ['invalid_value', z.enum(many), 5, 'Should be one of the documented values'],
  ['invalid_value', z.literal(1), 2, 'Should be "1"'],
  ['invalid_union', z.union([z.string(), z.number()]), true, 'Should have one of the documented forms'],
  ['invalid_union', choice, { type: 'c' }, 'Should be "a" or "b"'],
  ['too_small', z.string().min(1), '', 'Should have at least 1 character'],
  ['too_small', z.string().min(2), 'a', 'Should have at least 2 characters'],
  ['too_small', z.array(z.string()).min(1), [], 'Should have at least 1 item'],
  ['too_small', z.number().min(0), -1, 'Should be at least 0'],
  ['too_small', z.number().gt(0), 0, 'Should be more than 0'],
  ['too_small', z.string().length(3), 'a', 'Should have exactly 3 characters'],
  ['too_big', z.string().max(1), 'ab', 'Should have at most 1 character'],
  ['too_big', z.string().max(2), '😀😀😀', 'Should have at most 2 characters'],
  ['too_big', z.array(z.string()).max(1), ['a', 'b'], 'Should have at most 1 item'],
  ['too_big', z.number().max(90), 91, 'Should be at most 90'],
  ['too_big', z.number().lt(90), 90, 'Should be less than 90'],
  ['not_multiple_of', z.number().multipleOf(5), 7, 'Should be a multiple of 5'],
  ['invalid_format', z.uuid(), 'x', 'Should be a UUID'],
  ['invalid_format', z.guid(), 'x', 'Should be a UUID'],
  ['invalid_format', z.email(), 'x', 'Should be an e-mail address such as name@example.com'],
  ['invalid_format', z.url(), 'x', 'Should be a URL such as https://example.com/'],
  ['invalid_format', z.string().regex(/^a$/), 'b', 'Should be written in the documented form'],
  [
    'invalid_format',
    partName(),
    'boiler 1',
    'Should have 1 to 64 letters, digits or characters of "_.-", such as "boiler-1"',
  ],
  ['invalid_format', ProfileVersion, '1', 'Should be two numbers with a dot between them, such as "1.0"'],
  ['invalid_key', z.record(z.string().regex(/^a/), z.string()), { b: 'x' }, 'Has a key that is not allowed'],
  ['custom', z.string().refine(() => false, 'Should be otherwise'), 'x', 'Should be otherwise'],
  ['custom', z.string().refine(() => false), 'x', 'Is not allowed'],
  [
    'unrecognized_keys',
    strictObject({ name: z.string().optional() }),
    { nam: 1 },
    'Unknown field "nam"; did you mean "name"?',
  ],
  ['absent', z.string(), undefined, 'Field required'],
])('%s: %#', (_, schema, value, sentence) => {
  expect(said(schema, value)).toBe(sentence);
});

test('a value that resembles no choice is answered without a suggestion', () => {
  expect(said(z.enum(intervals), '30m')).not.toContain('did you mean');
  expect(said(z.enum(['free', 'pro']), 'por')).toBe('Should be "free" or "pro"; did you mean "pro"?');
});

test('a kind of issue that the library adds later has a sentence of ours, too', () => {
  expect(messageOf({ code: 'invalid_weather', input: 1 } as never)).toBe('Is not allowed');
});

describe('the schemas of all routes', () => {
  /** Values that are wrong for almost every schema. */
  const wrong = [
    undefined,
    null,
    5,
    1.5,
    true,
    'x',
    '',
    ' ',
    'x'.repeat(3000),
    [],
    [[]],
    [1],
    {},
    { zebra: 1 },
    -1e9,
    1e18,
  ];
  const sentences = new Set<string>();

  /** Copies of an example, each with `value` at one other place, at any depth or under an absent name. */
  function* spoilt(example: unknown, value: unknown, names: readonly string[] = []): Generator<unknown> {
    if (typeof example !== 'object' || example === null) return;
    const copy = (key: string, inner: unknown) =>
      Array.isArray(example) ? example.with(Number(key), inner) : { ...example, [key]: inner };
    for (const key of new Set([...Object.keys(example), ...names])) {
      yield copy(key, value);
      for (const inner of spoilt((example as Record<string, unknown>)[key], value)) yield copy(key, inner);
    }
  }

  const collect = (schema: z.ZodType, source: 'body' | 'query', values: readonly unknown[]) => {
    const fields = Object.keys((schema as z.ZodObject).shape ?? {});
    const example = schema.meta()?.example ?? {};
    for (const value of values) {
      for (const given of spoilt(example, value, fields)) {
        const result = checked(schema, source, given);
        if ('failures' in result) for (const { msg } of result.failures) sentences.add(msg);
      }
    }
  };
  for (const { route } of addressed) {
    if (route.body) collect(route.body, 'body', wrong);
    if (route.query) collect(route.query, 'query', [...wrong.filter((value) => typeof value === 'string'), ['a', 'b']]);
  }

  test.each([...sentences].sort())('say: %s', (sentence) => {
    expect(sentence).toMatch(/^(Should|Field required|Unknown|Send|Says|Say|Is one of the passwords|Has|Only)/);
    // It does not say which forms these are.
    expect(sentence).not.toBe('Should have one of the documented forms');
    expect(sentence).not.toMatch(/\b(input|expected|received|record|string to|1 characters|1 items|undefined|NaN)\b/i);
    expect(sentence.length).toBeLessThan(240);
  });
});
