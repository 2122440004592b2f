import type { Edge } from './json-schema.ts';

export type JsonObject = Record<string, unknown>;

interface Context {
  readonly edge: Edge;
  /** Gives a schema a name, and returns the reference to it. */
  readonly lift: (title: string, schema: JsonObject) => JsonObject;
  readonly definitions: ReadonlyMap<string, JsonObject>;
}

/** Formats that already express what zod's pattern for them says. */
const knownFormats = new Set(['uuid', 'date-time', 'date', 'email', 'ipv4', 'ipv6', 'uri', 'byte']);

/**
 * Rewrites zod's JSON schema so that generated clients are correct: numbers that are wide enough, no pattern that
 * another language cannot read, unions with a discriminator, `$ref` without siblings, answers that may get new fields.
 */
export function tidy(schema: JsonObject, context: Context): JsonObject {
  const rewritten = children(schema, (child) => tidy(child, context));
  return [numbers, strings, enums, openAnswers, unions, references].reduce(
    (json, step) => step(json, context),
    rewritten,
  );
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Applies `change` to each schema directly inside this one; examples and defaults stay as they are. */
function children(schema: JsonObject, change: (child: JsonObject) => JsonObject): JsonObject {
  const result = { ...schema };
  for (const key of ['items', 'additionalProperties', 'not']) {
    if (isObject(schema[key])) result[key] = change(schema[key]);
  }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    if (Array.isArray(schema[key])) result[key] = (schema[key] as JsonObject[]).map(change);
  }
  if (isObject(schema.properties)) {
    const properties = Object.entries(schema.properties).map(([name, child]) => [name, change(child as JsonObject)]);
    result.properties = Object.fromEntries(properties);
  }
  return result;
}

const isSafe = (bound: unknown) => Math.abs(Number(bound)) < Number.MAX_SAFE_INTEGER;

/** Without a format, generators choose 32 bits: coordinates would lose metres, and milliseconds would overflow. */
function numbers(schema: JsonObject, { edge }: Context): JsonObject {
  if (schema.type === 'number') return { ...schema, format: schema.format ?? 'double' };
  if (schema.type !== 'integer') return schema;
  const { minimum, maximum, format, ...rest } = schema;
  // Requests are refused beyond the safe integers of a double; answers promise no such bound.
  const beyond = (bound: unknown) => bound === undefined || (edge === 'output' && !isSafe(bound));
  const bounded = { ...(beyond(minimum) ? {} : { minimum }), ...(beyond(maximum) ? {} : { maximum }) };
  const small = typeof bounded.maximum === 'number' && bounded.maximum < 2 ** 31;
  return { ...rest, ...(small ? {} : { format: format ?? 'int64' }), ...bounded };
}

function strings(schema: JsonObject): JsonObject {
  const { contentEncoding, ...rest } = schema;
  const json: JsonObject = contentEncoding === 'base64' ? { ...rest, format: 'byte' } : rest;
  const { pattern, ...plain } = json;
  if (typeof pattern !== 'string') return json;
  if (typeof json.format === 'string' && knownFormats.has(json.format)) return plain;
  if (!/\\p\{|\(\?/.test(pattern)) return json;
  // Half of the languages for which clients are generated do not support Unicode classes and look-around.
  const description = [plain.description, `Matches \`${pattern}\`.`].filter(Boolean).join(' ');
  return { ...plain, description };
}

/** In OpenAPI 3.0 `nullable` does not widen an `enum`. Few generators support the `enum` of a boolean. */
function enums({ ...schema }: JsonObject): JsonObject {
  if (schema.type === 'boolean') delete schema.enum;
  if (!schema.nullable || !Array.isArray(schema.enum)) return schema;
  // Generated Go clients refer to a constant for this default that they do not define. The description names the default.
  const { default: _, ...rest } = schema;
  return { ...rest, enum: schema.enum.includes(null) ? schema.enum : [...schema.enum, null] };
}

/** Answers may gain fields in a later release, so only the objects of requests are closed. */
function openAnswers(schema: JsonObject, { edge }: Context): JsonObject {
  if (isObject(schema.additionalProperties) && Object.keys(schema.additionalProperties).length === 0) {
    return { ...schema, additionalProperties: true };
  }
  if (edge === 'input' || schema.additionalProperties !== false) return schema;
  const { additionalProperties: _, ...open } = schema;
  return open;
}

function unions(schema: JsonObject, { lift, definitions }: Context): JsonObject {
  const key = schema.oneOf ? 'oneOf' : 'anyOf';
  const { [key]: given, ...rest } = schema;
  if (!Array.isArray(given)) return schema;
  const members = distinct(given as JsonObject[]).map((member) =>
    isObject(member.properties) && typeof member.title === 'string' ? lift(member.title, member) : member,
  );
  if (members.length === 1) return { ...rest, ...members[0] };
  const discriminator = discriminatorOf(members, definitions);
  return discriminator ? { ...rest, oneOf: members, discriminator } : { ...rest, [key]: members };
}

function distinct(members: readonly JsonObject[]): JsonObject[] {
  return [...new Map(members.map((member) => [JSON.stringify(member), member])).values()];
}

/** The required property whose value distinguishes the named members, if there is one. */
function discriminatorOf(members: readonly JsonObject[], definitions: Context['definitions']): JsonObject | undefined {
  const names = members.map(({ $ref }) => String($ref));
  const constants = names.map((name) => constantsOf(definitions.get(name) ?? {}));
  const propertyName = [...(constants[0]?.keys() ?? [])].find((property) => {
    const values = constants.map((each) => each.get(property));
    return !values.includes(undefined) && new Set(values).size === values.length;
  });
  if (!propertyName) return undefined;
  const mapping = names.map((name, i) => [constants[i]?.get(propertyName), { $ref: name }]);
  return { propertyName, mapping: Object.fromEntries(mapping) };
}

/** Required properties with exactly one possible string. */
function constantsOf({ properties, required }: JsonObject): ReadonlyMap<string, string> {
  const needed = Array.isArray(required) ? required : [];
  const single = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, schema]) => {
    const values = isObject(schema) && Array.isArray(schema.enum) ? schema.enum : [];
    return values.length === 1 && needed.includes(name) ? [[name, String(values[0])] as const] : [];
  });
  return new Map(single);
}

/**
 * `$ref` has no siblings in OpenAPI 3.0. Only a reference with siblings needs an `allOf`. `nullable` counts only beside
 * a `type`.
 */
function references(schema: JsonObject, { definitions }: Context): JsonObject {
  const { $ref, ...beside } = schema;
  if ($ref !== undefined && Object.keys(beside).length === 0) return schema;
  const { allOf = $ref === undefined ? undefined : [{ $ref }], ...rest } = beside as JsonObject;
  if (!Array.isArray(allOf)) return schema;
  if (Object.keys(rest).length === 0) return allOf.length === 1 ? (allOf[0] as JsonObject) : schema;
  const { type = 'object' } = definitions.get(String((allOf[0] as JsonObject).$ref)) ?? {};
  return { ...(rest.nullable ? { type } : {}), allOf, ...rest };
}
