import { RE2Set } from 're2js';
import * as z from 'zod';

/** The keywords of JSON Schema 2020-12, by what their values are, as its meta-schema says. */

export const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** Keywords whose value is a schema; of `inPlace`, one for the same instance. */
export const oneSchema: readonly string[] = [
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
];

/** Keywords whose value is a list of schemas, with at least one. */
export const listOfSchemas: readonly string[] = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];

/** Keywords whose value holds schemas by name. */
export const schemasByName: readonly string[] = [
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
];

/** Keywords whose schemas apply to the same instance. */
export const inPlace: readonly string[] = [
  'allOf',
  'anyOf',
  'dependencies',
  'dependentSchemas',
  'else',
  'if',
  'not',
  'oneOf',
  'then',
];

const count = z.int().min(0);
const number = z.number();
const anchor = z.string().regex(/^[A-Za-z_][-A-Za-z0-9._]*$/);
const uniqueNames = z
  .array(z.string())
  .refine((names) => new Set(names).size === names.length, { message: 'Should hold each name once' });
const simpleTypes = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] as const;
const simpleType = z.enum(simpleTypes);
const inside = z.string().regex(/^#/, 'Should begin with "#": only the schema itself may be referred to');

/**
 * Whether a text is a regular expression in the syntax of RE2. It is parsed and not compiled: a schema has room for two
 * thousand patterns such as `a{1000}`, whose programs would take seconds.
 */
export function isRe2(text: string): boolean {
  try {
    new RE2Set().add(text);
    return true;
  } catch {
    return false;
  }
}

export const notRe2 = 'Should be a regular expression in the syntax of RE2';

/** All other keywords with a fixed form. Keywords that are not known have any value. */
export const plainKeywords: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['$anchor', anchor],
  ['$comment', z.string()],
  ['$dynamicAnchor', anchor],
  ['$dynamicRef', inside],
  ['$id', z.string().regex(/^[^#]*#?$/)],
  ['$recursiveAnchor', anchor],
  ['$recursiveRef', inside],
  ['$ref', inside],
  ['$schema', z.literal([dialect, `${dialect}#`])],
  ['$vocabulary', z.record(z.string(), z.boolean())],
  ['contentEncoding', z.string()],
  ['contentMediaType', z.string()],
  ['dependentRequired', z.record(z.string(), uniqueNames)],
  ['deprecated', z.boolean()],
  ['description', z.string()],
  ['enum', z.array(z.unknown())],
  ['examples', z.array(z.unknown())],
  ['exclusiveMaximum', number],
  ['exclusiveMinimum', number],
  ['format', z.string()],
  ['maxContains', count],
  ['maxItems', count],
  ['maxLength', count],
  ['maxProperties', count],
  ['maximum', number],
  ['minContains', count],
  ['minItems', count],
  ['minLength', count],
  ['minProperties', count],
  ['minimum', number],
  ['multipleOf', number.gt(0)],
  ['pattern', z.string().refine(isRe2, { message: notRe2 })],
  ['readOnly', z.boolean()],
  ['required', uniqueNames],
  ['title', z.string()],
  [
    'type',
    z.union(
      [
        simpleType,
        z
          .array(simpleType)
          .min(1)
          .refine((types) => new Set(types).size === types.length),
      ],
      { error: `Should be one of ${simpleTypes.join(', ')}, or a list of different ones` },
    ),
  ],
  ['uniqueItems', z.boolean()],
  ['writeOnly', z.boolean()],
]);
