import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { checked } from '../../../shared/http/failures.ts';
import { listQuery } from '../../../shared/http/list.ts';
import { closest } from '../../../shared/wire/closest.ts';
import { freeObject } from '../../../shared/wire/free-object.ts';
import { queryInteger, readOnly, repeated, strictObject } from '../../../shared/wire/schema.ts';

const failures = (schema: z.ZodType, input: unknown, source: 'body' | 'query' = 'body') => {
  const result = checked(schema, source, input);
  return 'failures' in result ? result.failures : [];
};
const types = (schema: z.ZodType, input: unknown) => failures(schema, input).map(({ type }) => type);

test.each<[string, z.ZodType, unknown]>([
  ['a text for a list', z.array(z.string()).max(2), 'a,b,c'],
  ['a list for a text', z.string().min(1), []],
])('%s has a wrong type, and no size', (_, schema, value) => {
  expect(failures(strictObject({ a: schema }), { a: value }).map(({ type }) => type)).toEqual(['type_error']);
});

test('a value that is too large is reported beside a wrong type at another place', () => {
  const schema = strictObject({ a: z.string().max(1), b: z.string().max(1) });
  expect(types(schema, { a: [], b: 'long' })).toEqual(['type_error', 'too_long']);
});

describe('the type of a failure', () => {
  const required: [string, z.ZodType][] = [
    ['string', z.string()],
    ['number', z.number()],
    ['integer', z.int()],
    ['boolean', z.boolean()],
    ['array', z.array(z.string())],
    ['object', strictObject({ b: z.string() })],
    ['free object', freeObject(100)],
    ['UUID', z.uuid()],
    ['enum', z.enum(['x', 'y'])],
    ['literal', z.literal('x')],
    ['union', z.union([z.string(), z.number()])],
    ['discriminated union', z.discriminatedUnion('k', [z.object({ k: z.literal('a') })])],
    ['pattern', z.string().regex(/x/)],
    ['nullable string', z.string().nullable()],
  ];
  test.each(required)('is `missing` for an absent %s', (_, schema) => {
    expect(failures(strictObject({ a: schema }), {})).toEqual([
      { type: 'missing', loc: ['body', 'a'], msg: 'Field required' },
    ]);
  });

  const wrong: [type: string, what: string, schema: z.ZodType, value: unknown][] = [
    ['type_error', 'a number for a string', z.string(), 1],
    ['type_error', 'a text for a number', z.number(), '1'],
    ['type_error', 'a fraction for an integer', z.int(), 1.5],
    ['type_error', 'null where the field cannot be empty', z.string(), null],
    ['type_error', 'an array for an object', strictObject({}), []],
    ['type_error', 'an object for an array', z.array(z.string()), {}],
    ['type_error', 'neither of a union', z.union([z.string(), z.number()]), true],
    ['enum', 'another word', z.enum(['x', 'y']), 'X'],
    ['enum', 'another literal', z.literal('x'), 'y'],
    ['too_short', 'a short string', z.string().min(2), 'a'],
    ['too_short', 'a short list', z.array(z.string()).min(1), []],
    ['too_long', 'a long string', z.string().max(2), 'abc'],
    ['too_long', 'a long list', z.array(z.number()).max(1), [1, 2]],
    ['too_long', 'a large free object', freeObject(10), { a: '0123456789' }],
    ['too_small', 'a low number', z.number().min(0), -1],
    ['too_small', 'a low integer', z.int().min(1), 0],
    ['too_large', 'a high number', z.number().max(90), 90.1],
    ['too_large', 'an integer that a double cannot hold', z.int(), 2 ** 60],
    ['pattern', 'a text against its pattern', z.string().regex(/^a$/), 'b'],
    ['format', 'a text that is no UUID', z.uuid(), 'x'],
    ['conflict', 'what a rule of its own says', z.string().refine(() => false, { params: { type: 'conflict' } }), 'x'],
    ['custom', 'a rule without a type', z.string().refine(() => false), 'x'],
  ];
  test.each(wrong)('is `%s` for %s', (type, _, schema, value) => {
    expect(types(strictObject({ a: schema }), { a: value })).toEqual([type]);
  });

  test('is `conflict` at the cursor for a cursor beside an offset', () => {
    expect(failures(listQuery({}), { cursor: 'x', offset: '1' }, 'query')).toMatchObject([
      { type: 'conflict', loc: ['query', 'cursor'] },
    ]);
  });

  test('is one of the contract for any input whatever', () => {
    const schema = strictObject({ a: z.enum(['x']), b: z.array(z.int().min(1)).max(2), c: freeObject(20).nullable() });
    const known = 'missing type_error enum too_short too_long too_small too_large unknown_field'.split(' ');
    const unknown = (input: unknown) => types(schema, input).filter((type) => !known.includes(type));
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        expect(unknown(input)).toEqual([]);
      }),
    );
  });
});

describe('a failure', () => {
  test('names the place, array indexes as integers', () => {
    const schema = strictObject({ items: z.array(strictObject({ name: z.string() })) });
    expect(failures(schema, { items: [{ name: 'a' }, { name: 1 }] })).toEqual([
      { type: 'type_error', loc: ['body', 'items', 1, 'name'], msg: 'Should be a string' },
    ]);
  });

  test('is reported at most 100 times', () => {
    expect(failures(z.array(z.string()), Array(500).fill(1))).toHaveLength(100);
    const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, 1]));
    expect(failures(strictObject({}), unknown)).toHaveLength(100);
  });

  test('of query parameters starts with `query`', () => {
    const schema = z.object({
      limit: queryInteger({ min: 1, max: 200 }),
      near: z.string().regex(/^a$/).optional(),
      id: repeated(z.string(), 20),
    });
    expect(
      failures(schema, { limit: '201', near: '1,2' }, 'query').map(({ loc, type }) => [loc.join('.'), type]),
    ).toEqual([
      ['query.limit', 'too_large'],
      ['query.near', 'pattern'],
    ]);
    expect(failures(schema, { limit: 'ten' }, 'query')).toMatchObject([{ type: 'pattern', loc: ['query', 'limit'] }]);
  });
});

describe('an unknown field', () => {
  const schema = strictObject({ radiusMeters: z.int().optional(), name: z.string().optional(), id: readOnly() });
  const suggestion = (field: string) => {
    const [failure, ...more] = failures(schema, { [field]: 1 });
    expect(more).toEqual([]);
    expect(failure).toMatchObject({ type: 'unknown_field', loc: ['body', field] });
    return /did you mean "(.*)"/.exec(failure?.msg ?? '')?.[1];
  };

  test.each([
    ['radius_meters', 'radiusMeters'],
    ['RADIUSMETERS', 'radiusMeters'],
    ['radiusMeter', 'radiusMeters'],
    ['radisMetrs', 'radiusMeters'],
    ['raduisMeters', 'radiusMeters'],
    ['Name', 'name'],
    ['nme', 'name'],
    ['radiMetrs', undefined],
    ['colour', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
  ])('%s is refused by name and suggests %s', (field, meant) => {
    const input = JSON.parse(`{${JSON.stringify(field)}:1}`);
    expect(failures(schema, input)).toMatchObject([{ type: 'unknown_field', loc: ['body', field] }]);
    if (field !== '__proto__') expect(suggestion(field)).toBe(meant);
  });

  test('of any length is reported by its beginning', () => {
    const [failure] = failures(schema, { ['n'.repeat(5000)]: 1 });
    const shown = `${'n'.repeat(128)}…`;
    expect(failure).toEqual({ type: 'unknown_field', loc: ['body', shown], msg: `Unknown field "${shown}"` });
  });

  test('is reported separately, beside other failures, and within nested objects', () => {
    const nested = strictObject({ a: strictObject({ inside: z.string() }), b: z.number() });
    const found = failures(nested, { a: { inside: 'x', insid: 1, zzzzzz: 2 }, b: 'x' });
    expect(found.map(({ loc, type }) => `${loc.join('.')} ${type}`).sort()).toEqual([
      'body.a.insid unknown_field',
      'body.a.zzzzzz unknown_field',
      'body.b type_error',
    ]);
  });

  test('suggests the nearest of several', () => {
    expect(closest('lat', ['let', 'late', 'lats', 'latitude'])).toBe('let');
    expect(closest('cover', ['covers', 'over'])).toBe('covers');
  });

  test('suggests names that are up to two edits away, and no others', () => {
    const word = fc.stringMatching(/^[a-z]{6,12}$/);
    fc.assert(
      fc.property(
        word,
        fc.array(fc.nat(), { maxLength: 2 }),
        fc.constantFrom('cut', 'add', 'turn'),
        (name, places, how) => {
          const edited = places.reduce((text, place) => {
            const at = place % text.length;
            const rest = how === 'add' ? text.slice(at) : text.slice(at + 1);
            return text.slice(0, at) + (how === 'cut' ? '' : '9') + rest;
          }, name);
          expect(closest(edited, [name])).toBe(name);
          expect(closest(`${name}999`, [name])).toBeUndefined();
        },
      ),
    );
  });
});

test('says what the value should be, in our words', () => {
  const schema = strictObject({
    number: z.number().min(-90).max(90),
    text: z.string().min(1).max(3),
    list: z.array(z.number()).max(1),
    choice: z.enum(['a', 'b']),
  });
  const said = (input: object) => Object.fromEntries(failures(schema, input).map(({ loc, msg }) => [loc[1], msg]));
  expect(said({ number: 91, text: 'long', list: [1, 2], choice: 'c' })).toEqual({
    number: 'Should be at most 90',
    text: 'Should have at most 3 characters',
    list: 'Should have at most 1 item',
    choice: 'Should be "a" or "b"',
  });
  expect(said({ number: -91, text: '', list: [], choice: 'a' })).toEqual({
    number: 'Should be at least -90',
    text: 'Should have at least 1 character',
  });
});

test('a misspelt choice gets a suggestion, wherever it is', () => {
  const schema = strictObject({ role: z.enum(['editor', 'viewer']), scopes: z.array(z.enum(['devices:read'])) });
  const sentences = failures(schema, { role: 'Editor', scopes: ['device:read', 'cameras:read'] }).map(({ msg }) => msg);
  expect(sentences[0]).toMatch(/; did you mean "editor"\?$/);
  expect(sentences[1]).toMatch(/; did you mean "devices:read"\?$/);
  expect(sentences[2]).not.toContain('did you mean');
});

test('a parameter that is given twice is reported as such, whatever it is', () => {
  const query = listQuery({ role: z.enum(['a', 'b']).optional(), tag: repeated(z.string(), 2) });
  const twice = { limit: ['1', '2'], role: ['a', 'b'], tag: ['x', 'y'] };
  expect(failures(query, twice, 'query').map(({ loc, msg }) => [loc[1], msg])).toEqual([
    ['limit', 'Should be given once'],
    ['role', 'Should be given once'],
  ]);
  expect(failures(strictObject({ a: z.string() }), { a: ['x'] })[0]?.msg).toBe('Should be a string');
});
