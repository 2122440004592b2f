// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
export type Json = any;

/** Every object inside of a document, itself included. */
export function* everyObject(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value;
  for (const child of Object.values(value)) yield* everyObject(child);
}

/** What a local reference leads to. */
export function at(document: Json, reference: string): Json {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce((value, step) => value?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

/** A part of a document, or what it refers to. */
export const resolvedIn = (document: Json, part: Json): Json => (part.$ref ? at(document, part.$ref) : part);

/** The cases and parts of a schema. */
export const casesOf = (schema: Json): Json[] => ['allOf', 'oneOf', 'anyOf'].flatMap((key) => schema[key] ?? []);

/** The schemas inside of a schema, except for those of its fields. */
export const schemasIn = (schema: Json): Json[] =>
  [schema.items, schema.additionalProperties, ...casesOf(schema)].filter((part) => typeof part === 'object');
