import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { jsonSchemaFailures } from '../../../shared/profiles/json-schema.ts';
import { runs } from '../../support/thorough.ts';

/** Schemas of callers, compared with the meta-schema as Ajv reads it. */

const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
const isByMetaSchema = (schema: object): boolean => ajv.validateSchema(schema) === true;
const placesOf = (schema: object) => jsonSchemaFailures(schema).map(({ loc }) => loc.join('/'));

const names = ['a', 'b', '__proto__', '^x'];
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0, 1, 1.5, 'object', 'x', [], {}, ['a'], ['a', 'a'], ['string'], [1], {
    a: 1,
  }),
  fc.constantFrom<unknown>({ a: ['b'] }, { a: ['b', 'b'] }, { a: true }, ['string', 'string'], ['null', 'string']),
);
const plain = [
  ...['$anchor', '$comment', '$dynamicAnchor', '$id', '$recursiveAnchor', '$vocabulary', 'const', 'contentEncoding'],
  ...['contentMediaType', 'default', 'dependentRequired', 'deprecated', 'description', 'enum', 'examples', 'format'],
  ...['exclusiveMaximum', 'exclusiveMinimum', 'maxContains', 'maxItems', 'maxLength', 'maxProperties', 'maximum'],
  ...['minContains', 'minItems', 'minLength', 'minProperties', 'minimum', 'multipleOf', 'readOnly', 'required'],
  ...['title', 'type', 'uniqueItems', 'unknown', 'writeOnly'],
];
const one = [
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
];
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const maps = ['$defs', 'definitions', 'dependencies', 'dependentSchemas', 'patternProperties', 'properties'];

const { schema } = fc.letrec<{ schema: unknown }>((tie) => {
  const inner = tie('schema');
  const keyed = (keys: readonly string[], value: fc.Arbitrary<unknown>) =>
    fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 2 });
  const members = [
    keyed(plain, junk),
    keyed([...one, 'unevaluatedItems', 'unevaluatedProperties'], fc.oneof({ weight: 9, arbitrary: inner }, junk)),
    keyed(lists, fc.oneof({ weight: 9, arbitrary: fc.array(inner, { maxLength: 2 }) }, junk)),
    keyed(maps, fc.oneof({ weight: 9, arbitrary: fc.dictionary(fc.constantFrom(...names), inner) }, junk)),
  ];
  return {
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<unknown>(true, false, {}, { type: 'string' }),
      fc.tuple(...members).map((parts) => Object.fromEntries(parts.flat())),
    ),
  };
});

test('the same schemas are accepted as by the meta-schema', () => {
  let [accepted, refused] = [0, 0];
  fc.assert(
    fc.property(
      schema.filter((one): one is object => typeof one === 'object' && one !== null),
      (given) => {
        const json = JSON.parse(JSON.stringify(given)) as object;
        const expected = isByMetaSchema(json);
        if (expected) accepted += 1;
        else refused += 1;
        expect(jsonSchemaFailures(json).length === 0, JSON.stringify(json)).toBe(expected);
      },
    ),
    { numRuns: runs(3000) },
  );
  expect(Math.min(accepted, refused)).toBeGreaterThan(runs(200));
});

test('a failure names its place, at any depth', () => {
  const given = { properties: { a: { items: { type: 'text' } } }, $defs: { b: { allOf: [true, { minLength: -1 }] } } };
  expect(placesOf(given)).toEqual(['properties/a/items/type', '$defs/b/allOf/1/minLength']);
});

test('only this dialect can be named', () => {
  expect(placesOf({ $schema: 'https://json-schema.org/draft/2020-12/schema' })).toEqual([]);
  expect(placesOf({ $schema: 'http://json-schema.org/draft-07/schema#' })).toEqual(['$schema']);
});

test('a pattern that is accepted can be compiled', () => {
  const parts = [
    'a',
    '.',
    '[a-z]',
    String.raw`\pL`,
    '(',
    ')',
    '|',
    '*',
    '+?',
    '?',
    '{3}',
    '{1000}',
    '{10}',
    '^',
    '$',
    '(?i)',
    '(?:',
  ];
  const compiles = (text: string) => {
    try {
      return RE2JS.compile(text) !== undefined;
    } catch {
      return false;
    }
  };
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 8 }), (some) => {
      const pattern = some.join('');
      const isAccepted = placesOf({ pattern }).length === 0;
      if (isAccepted) accepted += 1;
      expect(isAccepted, pattern).toBe(compiles(pattern));
    }),
    { numRuns: 400 },
  );
  expect(accepted).toBeGreaterThan(50);
});

describe('a pattern', () => {
  test.each(['^[a-z]+$', String.raw`\p{Lu}`, '(?i)abc', '(a+)+$', '(?P<year>\\d{4})'])('may be %s', (pattern) => {
    expect(placesOf({ pattern, patternProperties: { [pattern]: {} } })).toEqual([]);
  });
  test.each(['(', '(?=a)', '(?<!a)b', String.raw`(a)\1`, 'a**', '[z-a]', 'a{1001}'])('may not be %s', (pattern) => {
    expect(placesOf({ pattern })).toEqual(['pattern']);
    expect(placesOf({ patternProperties: { [pattern]: {} } })).toEqual([`patternProperties/${pattern}`]);
  });
});

describe('a reference', () => {
  const $defs = {
    plain: { type: 'string' },
    named: { $anchor: 'here' },
    'a/b~c': { type: 'integer' },
    list: { anyOf: [{ type: 'null' }, true] },
    deep: { $id: 'other', $defs: { inner: { $anchor: 'within' } }, items: { $ref: '#/$defs/inner' } },
  };
  test.each(['#/$defs/plain', '#here', '#/$defs/a~1b~0c', '#/%24defs/list/anyOf/1', '#/$defs/deep/items'])(
    'may lead to %s',
    ($ref) => {
      expect(placesOf({ $defs, properties: { a: { $ref } } })).toEqual([]);
    },
  );
  test.each(['#/$defs/none', '#there', '#within', '#/$defs', '#/$defs/list/anyOf/2', '#/$defs/list/anyOf/01', '#%'])(
    'may not lead to %s',
    ($ref) => {
      expect(placesOf({ $defs, properties: { a: { $ref } } })).toEqual(['properties/a/$ref']);
    },
  );
  test.each(['https://example.com/s', 'other', '/a', 'urn:x', ''])('may not leave the schema for "%s"', ($ref) => {
    expect(placesOf({ $defs, $ref })).toEqual(['$ref']);
    expect(placesOf({ $defs, $dynamicRef: $ref })).toEqual(['$dynamicRef']);
  });
  test('may lead around, through a part of the instance', () => {
    expect(placesOf({ properties: { child: { $ref: '#' } }, items: { anyOf: [{ $ref: '#' }] } })).toEqual([]);
  });
  test('may not lead around at the same instance', () => {
    expect(placesOf({ $ref: '#' })).toEqual(['']);
    expect(placesOf({ $defs: { a: { not: { $ref: '#/$defs/b' } }, b: { $ref: '#/$defs/a' } } })).toHaveLength(1);
  });
});

test('what is not known has any value, and hides no reference', () => {
  expect(placesOf({ 'x-order': [{ type: 'nonsense' }], default: { $ref: 'a' }, const: { pattern: '(' } })).toEqual([]);
  expect(placesOf({ 'x-hidden': { pattern: '(' }, items: { $ref: '#/x-hidden' } })).toEqual(['items/$ref']);
});

test('the deepest and the widest schema, and the one with the most patterns, are read', () => {
  let deep: object = { type: 'string' };
  for (let i = 0; i < 95; i++) deep = { not: deep };
  const wide = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`p${i}`, { $ref: '#/$defs/a' }]));
  const letters = Array.from({ length: 1900 }, (_, i) => `${String.fromCharCode(0x100 + i)}{1000}`);
  const patternProperties = Object.fromEntries(letters.map((pattern) => [pattern, true]));
  expect(placesOf({ ...deep, $defs: { a: deep }, properties: wide })).toEqual([]);
  expect(placesOf({ patternProperties })).toEqual([]);
});
