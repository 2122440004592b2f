import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { checked } from '../../../shared/http/failures.ts';
import { givenId } from '../../../shared/wire/id.ts';
import { cutTo, exactKey, filledProse, label, labelOrNone, line, prose } from '../../../shared/wire/text.ts';

/** The types of the failures of a value, or the value. */
const outcomeOf = (schema: z.ZodType, value: unknown) => {
  const result = checked(schema, 'body', value);
  return 'failures' in result ? result.failures.map(({ type }) => type).join() : result.value;
};
const invisible = [
  '',
  ' ',
  '\t',
  '\u00a0',
  '\u200b',
  '\u200b\u2060\ufeff',
  '\u00ad',
  '\u3164',
  '\u2800',
  '\u202e',
  '\u0000',
];
const emoji = '😀';

describe('a label', () => {
  test.each(invisible)('is more than %j', (text) => {
    expect(outcomeOf(label(5), text)).toMatch(/^(too_short|pattern)$/);
  });

  test.each(['A\nB', 'A\u0000', 'A\u007f', 'A\u0085'])('holds no control character: %j', (text) => {
    expect(outcomeOf(label(5), text)).toBe('pattern');
  });

  test.each([' A ', 'दिल्ली', 'क्‍ष', '👩‍👩‍👧', 'e\u0301', 'ש'])('is kept as it was sent: %s', (text) => {
    expect(outcomeOf(label(10), text)).toBe(text);
  });

  test('is counted in characters', () => {
    expect(outcomeOf(label(5), emoji.repeat(5))).toBe(emoji.repeat(5));
    expect(outcomeOf(label(5), emoji.repeat(6))).toBe('too_long');
    expect(outcomeOf(prose(2), emoji.repeat(2))).toBe(emoji.repeat(2));
    expect(outcomeOf(exactKey(2), emoji.repeat(3))).toBe('too_long');
  });

  test('that may be empty is empty if nothing of it is visible', () => {
    for (const text of invisible.slice(0, -1)) expect(outcomeOf(labelOrNone(5), text)).toBe('');
    expect(outcomeOf(labelOrNone(5), '  Ana ')).toBe('Ana');
    expect(outcomeOf(labelOrNone(5), 'A\nB')).toBe('pattern');
    expect(outcomeOf(labelOrNone(5), 'Anastasia')).toBe('too_long');
    const { pattern } = labelOrNone(5).meta()!.override as { pattern: string };
    for (const text of ['', ' ', '\t', '\n Ana\r\n', '\u0000', 'Zoë'])
      expect([text, new RegExp(pattern).test(text), outcomeOf(labelOrNone(5), text) !== 'pattern']).toEqual([
        text,
        true,
        true,
      ]);
    for (const text of ['A\nB', 'A\u0000', '\u009fA'])
      expect([text, new RegExp(pattern).test(text), outcomeOf(labelOrNone(5), text)]).toEqual([text, false, 'pattern']);
    expect(outcomeOf(line(5), ' ')).toBe(' ');
    expect(outcomeOf(line(5), 'A\nB')).toBe('pattern');
  });
});

describe('an exact key', () => {
  test.each(['site-9 ', ' site-9', 'site-9\u200b', '\ufeffsite-9', 'site\n', '\u0000a', ...invisible])(
    'neither begins nor ends with what cannot be seen: %j',
    (key) => {
      expect(outcomeOf(exactKey(10), key)).toMatch(/^(too_short|pattern)$/);
    },
  );

  test.each(['site 9', 'Site-9', 'é', 'a\u200bb', emoji])('is kept as it was sent: %s', (key) => {
    expect(outcomeOf(exactKey(10), key)).toBe(key);
  });
});

test('an address has something visible, on any number of lines', () => {
  for (const text of invisible) expect(outcomeOf(filledProse(20), text)).toBe('too_short');
  expect(outcomeOf(filledProse(20), '1 Main St\nSpringfield')).toBe('too_long');
  expect(outcomeOf(filledProse(30), '1 Main St\nSpringfield')).toBe('1 Main St\nSpringfield');
});

describe('a text is cut', () => {
  const characters = (text: string) => Array.from(new Intl.Segmenter('und').segment(text), ({ segment }) => segment);
  const family = '👩‍👩‍👧';

  test.each([
    [3, 'abcd', 'abc'],
    [2, 'a😀b', 'a😀'],
    [4, 'cafe\u0301s', 'caf'],
    [5, 'cafe\u0301s', 'cafe\u0301'],
    [5, `ab${family}`, 'ab'],
    [7, `ab${family}`, `ab${family}`],
    [3, family, '👩‍👩'],
    [3, 'दिल्ली', 'दि'],
    [0, 'abc', ''],
  ])('to %i characters between those that a reader sees: %s', (most, text, cut) => {
    expect(cutTo(most, text)).toBe(cut);
  });

  test('to as many whole ones as fit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, most) => {
        const cut = cutTo(most, text);
        const whole = characters(text);
        const fitting = whole.filter((_, i) => [...whole.slice(0, i + 1).join('')].length <= most);
        expect(cut).toBe(fitting.length > 0 ? fitting.join('') : [...text].slice(0, most).join(''));
      }),
    );
  });
});

test('any text is accepted or refused in time that grows with its length', () => {
  const words = [label(9e6), labelOrNone(9e6), exactKey(9e6), filledProse(9e6), givenId(9e6)];
  for (const unit of ['a', ' ', '\u200b', emoji, '\n', 'a ', '550e8400-']) {
    const begun = process.cpuUsage();
    for (const word of words) outcomeOf(word, unit.repeat(400_000 / unit.length));
    expect(process.cpuUsage(begun).user / 1000, JSON.stringify(unit)).toBeLessThan(1500);
  }
});

describe('an id', () => {
  const id = '550e8400-e29b-41d4-a716-446655440000';

  test.each([
    [id.toUpperCase(), id],
    [id, id],
    [`user_${id.toUpperCase()}`, `user_${id}`],
    ['AB'.repeat(32), 'ab'.repeat(32)],
    ['key_8f3kQ2mXw91LpZ4TbR5tY7cN', 'key_8f3kQ2mXw91LpZ4TbR5tY7cN'],
    ['No-Such', 'No-Such'],
    [`${id.toUpperCase()}A`, `${id.toUpperCase()}A`],
  ])('%s is %s', (given, read) => {
    expect(outcomeOf(givenId(), given)).toBe(read);
  });

  test('is said', () => {
    expect(outcomeOf(givenId(), '')).toBe('too_short');
    expect(outcomeOf(z.object({ id: givenId() }), {})).toBe('missing');
  });
});

test('a line takes just what the API document says', () => {
  const { pattern } = z.toJSONSchema(line(20)) as { pattern: string };
  const published = new RegExp(pattern);
  const any = fc.string({
    unit: fc.oneof(
      fc.nat(0xff).map((code) => String.fromCharCode(code)),
      fc.constant('\u2028'),
    ),
  });
  fc.assert(fc.property(any, (text) => line(1000).safeParse(text).success === published.test(text)));
});

test.each([
  ['a label', label(20)],
  ['prose with a visible character', filledProse(20)],
])('%s is promised to be filled', (_, schema) => {
  expect(z.toJSONSchema(schema)).toMatchObject({ minLength: 1, maxLength: 20 });
  expect(schema.safeParse('').success).toBe(false);
});
