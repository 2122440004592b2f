import { expect, test } from 'vitest';
import type * as z from 'zod';
import { renderDocument } from '../../../lib/openapi/document.ts';
import { endpointOf, plainKinds } from '../../contract/entities.ts';
import { addressed } from '../../support/endpoints.ts';
import { casesOf, type Json, resolvedIn, schemasIn } from './walk.ts';

/** What descriptions say of limits, defaults and types is what the schemas beside them say. */

const document = renderDocument(
  addressed.map(({ route }) => route),
  '1.2.3',
) as Json;
const operations: Json[] = Object.values<Json>(document.paths).flatMap((path) => Object.values(path));

interface Described {
  readonly path: string;
  readonly description: string;
  readonly schema: Json;
}

const target = (schema: Json): Json => resolvedIn(document, schema);

/** Every described part of a schema of requests, once. */
function* describedIn(given: Json, path: string, seen: Set<Json>): Generator<Described> {
  const schema = target(given);
  if (typeof schema !== 'object' || seen.has(schema)) return;
  seen.add(schema);
  if (schema.description) yield { path, description: schema.description, schema };
  for (const [name, field] of Object.entries<Json>(schema.properties ?? {})) {
    yield* describedIn(field, `${path}.${name}`, seen);
  }
  for (const part of schemasIn(schema)) yield* describedIn(part, path, seen);
}

const seen = new Set<Json>();
const described: Described[] = operations.flatMap(({ operationId, parameters, requestBody }) => [
  ...parameters
    .map(target)
    .filter(({ in: where }: Json) => where !== 'header')
    .map(({ name, description, schema }: Json) => ({ path: `${operationId}?${name}`, description, schema })),
  ...Object.values<Json>(requestBody?.content ?? {}).flatMap(({ schema }) => [
    ...describedIn(schema, schema.$ref?.split('/').at(-1) ?? operationId, seen),
  ]),
]);

/** Responses too. */
const allSeen = new Set<Json>();
const everyDescribed: Described[] = [
  ...Object.entries<Json>(document.components.schemas).flatMap(([name, schema]) => [
    ...describedIn(schema, name, allSeen),
  ]),
  ...described,
];

const number = String.raw`[−-]?\d[\d,]*(?:\.\d+)?`;
/** A range or a maximum, unless it counts what no schema counts: bytes and time. */
const limits = new RegExp(
  String.raw`(?:(${number}) to |\b[Uu]p to |\bat most )(${number})(?![\d,.:/-]*\d)(?! ?(?:KB|MB|MiB|GB|bytes|minutes|hours|days|months|%))`,
  'g',
);
const read = (text: string): number => Number(text.replaceAll(',', '').replace('−', '-'));

const keywords = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minimum', 'maximum', 'maxProperties'];

/** The numbers in the limits of a schema, its items and its cases; the counts in a pattern too. */
function numbersOf(given: Json): number[] {
  const schema = target(given);
  const counts = [...String(schema.pattern ?? '').matchAll(/\{(\d+),?(\d*)\}/g)].flatMap(([, ...ends]) => ends);
  return [
    ...keywords.map((keyword) => schema[keyword]),
    ...counts.filter((count) => count !== '').map(Number),
    ...schemasIn(schema).flatMap(numbersOf),
    ...(schema.propertyNames ? numbersOf(schema.propertyNames) : []),
  ].filter((limit) => limit !== undefined);
}

/** Limits that no keyword of JSON Schema can state, or that apply after a value was cut or cleaned. */
const beyondSchemas: readonly (readonly [path: RegExp, ...numbers: readonly number[]])[] = [
  // Of a circle; the field of a polygon may be sent back as it was read.
  [/\.radiusMeters$/, 100_000],
  // Counts over several lists.
  [/\.geometry$/, 10_000, 1000],
  [/\.geometry\.coordinates$/, 1000],
  [/^WorkflowDraft\.steps\.config\.channel_ids$/, 16],
  // Effects that the key `run` names, and levels of conditions.
  [/\.action$/, 5],
  [/^WorkflowDraft\.steps\.if$/, 10],
  // An item with other tags fails, and the others are created.
  [/^BulkCreateRequest\.items\.tags$/, 20, 1, 64],
  // Folders before it are left out.
  [/^UploadDraft\.filename$/, 255],
  // Ends of time.
  [/^(Annotation|ReferencePair)(Draft|Patch)\.from$/, 1970, 9999],
  // Texts whose type depends on another entity.
  [/^Annotation(Draft|Patch)\.values$/, 255],
  [/^ReadingsReport\.readings\.value$/, 4096],
  // What a text encodes.
  [/^(DeviceProfile|SensorProfile)Draft\.version$/, 9],
  [/\.csr$/, 2048, 8192],
  // The operator can set more.
  [/^WorkspacePatch\.bulk_create_max_batch_size$/, 1000],
];

test('every limit in a description of a request is one of its schema', () => {
  const wrong = described.flatMap(({ path, description, schema }) => {
    const known = [
      ...numbersOf(schema),
      ...beyondSchemas.flatMap(([of, ...numbers]) => (of.test(path) ? numbers : [])),
    ];
    const given = [...(description ?? '').matchAll(limits)].flatMap(([, ...ends]) => ends.filter((end) => end));
    const others = given.filter((end) => !known.includes(read(end)));
    return others.map((end) => `${path}: "${description}" says ${end}, its schema ${known.join(', ') || 'nothing'}`);
  });
  expect(described.length).toBeGreaterThan(500);
  expect(wrong).toEqual([]);
});

/** What clients see of a type: whether a value is a text, a number, a list and so on. */
function typeOf(given: Json): string {
  const schema = target(given);
  const cases = casesOf(schema).map(typeOf);
  const own =
    schema.type ?? (schema.properties ? 'object' : (schema.enum ?? []).map((value: unknown) => typeof value)[0]);
  const all = [own, ...cases].flat().filter((type) => type !== undefined && type !== 'null');
  return [...new Set(all.map((type) => (type === 'integer' ? 'number' : type)))].sort().join(' or ');
}

/** Sentences that are true of a text and of an object. */
const ofAnyType = ['The plan of the workspace.', 'Only for `error`.'];

test('a sentence describes values of one type', () => {
  const types = Map.groupBy(everyDescribed, ({ description }) => description);
  const mixed = [...types].filter(([description, all]) => {
    const known = new Set(all.map(({ schema }) => typeOf(schema)).filter((type) => type !== ''));
    return known.size > 1 && !ofAnyType.includes(description);
  });
  expect(
    mixed.map(
      ([description, all]) => `"${description}" ${all.map(({ path, schema }) => `${path}: ${typeOf(schema)}`)}`,
    ),
  ).toEqual([]);
});

/** The value in "`tracker` if absent", "500 if absent", "null if absent" or "True by default". */
function defaultIn(description: string): string | undefined {
  const [, quoted, plain] =
    /(?:`([^`]+)`|\b([\d,.]+|null|[Tt]rue|[Ff]alse))(?: \([^)]*\))?,? (?:if absent|by default)/.exec(description) ?? [];
  return quoted ?? plain?.replaceAll(',', '').toLowerCase();
}

test('every default in a description of a request is that of its schema, or of its kind', () => {
  const ofSchemas = described
    .filter(({ schema }) => schema?.default !== undefined)
    .map(({ path, description, schema }) => ({ path, description, value: schema.default }));
  const ofKinds = Object.entries(plainKinds).flatMap(([folder, { fields }]) => {
    const { route } = endpointOf(folder, 'create') ?? {};
    const name = String((route?.body as z.ZodType | undefined)?.meta()?.id);
    const properties = document.components.schemas[name]?.properties ?? {};
    return Object.entries<Json>(properties)
      .filter(([field]) => fields[field]?.presence === 'optional' || fields[field]?.presence === 'defaulted')
      .map(([field, schema]) => ({
        path: `${name}.${field}`,
        description: target(schema).description ?? schema.description,
        value: fields[field]!.empty,
      }));
  });
  const all = [...ofSchemas, ...ofKinds].map((one) => ({ ...one, said: defaultIn(one.description ?? '') }));
  expect(all.filter(({ said }) => said !== undefined).length).toBeGreaterThan(40);
  const wrong = all.filter(({ said, value }) => said !== undefined && ![value, JSON.stringify(value)].includes(said));
  expect(wrong.map(({ path, description, value }) => `${path} is ${JSON.stringify(value)}: "${description}"`)).toEqual(
    [],
  );
});
