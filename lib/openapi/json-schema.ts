import * as z from 'zod';
import { type JsonObject, tidy } from './tidy.ts';

/** Which edge a schema stands at; one zod type may read differently at each. */
export type Edge = 'input' | 'output';

export interface Conversion {
  /** The schema itself, or a `$ref` to one of the definitions. */
  readonly schema: JsonObject;
  /** Schemas with a name of their own (`.meta({ id })`, or the title of a union's member). */
  readonly definitions: ReadonlyMap<string, JsonObject>;
}

const definitionsPath = '#/definitions/';

/** What the house's schemas say about their documentation, beside what JSON Schema knows. */
interface Meta {
  /** Replaces the JSON schema, where the wire form is not what zod can see. */
  readonly override?: JsonObject;
  readonly description?: string;
  /** Name of the component that documents a value which something else validates. */
  readonly reference?: string;
  /** The kind of entity that an id is of. Tests find the ids of requests by it. */
  readonly names?: string;
}

/** Converts a zod schema to OpenAPI 3.0; references are by bare name, see `components.ts`. */
export function convert(schema: z.ZodType, edge: Edge): Conversion {
  const raw = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: edge,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => document(zodSchema as unknown as z.ZodType, jsonSchema as JsonObject),
  }) as JsonObject;
  const { definitions: named = {}, ...root } = raw;
  const definitions = new Map<string, JsonObject>();
  const lift = (title: string, member: JsonObject) => {
    definitions.set(title, member);
    return { $ref: title };
  };
  const done = (json: JsonObject) => tidy(nameReferences(json) as JsonObject, { edge, lift, definitions });
  for (const [name, json] of Object.entries(named as Record<string, JsonObject>)) {
    const { id: _, ...definition } = json;
    definitions.set(name, done(definition));
  }
  return { schema: done(root), definitions };
}

function document(schema: z.ZodType, json: JsonObject): void {
  const { override, reference, names, description } = (schema.meta() ?? {}) as Meta;
  const about = description === undefined ? {} : { description };
  delete json.names;
  if (override) replace(json, { ...override, ...about });
  // As answers show it, so that a client can give what it was given.
  if (names) replace(json, { type: 'string', format: 'uuid', ...about });
  if (reference) replace(json, { $ref: definitionsPath + reference });
  // zod drops the default of a schema that transforms, because it is a value of the other side; ours are the same there.
  if (schema instanceof z.ZodDefault && json.default === undefined) json.default = schema.def.defaultValue;
}

function replace(json: JsonObject, content: JsonObject): void {
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, content);
}

function nameReferences(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json), (key, value) =>
    key === '$ref' && typeof value === 'string' ? value.replace(definitionsPath, '') : value,
  );
}
