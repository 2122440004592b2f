import * as z from 'zod';
import { type JsonObject, tidy } from './tidy.ts';

/** Whether a schema is for requests or for answers; one zod type may differ between the two. */
export type Edge = 'input' | 'output';

export interface Conversion {
  /** The schema itself, or a `$ref` to one of the definitions. */
  readonly schema: JsonObject;
  /** Schemas with a name of their own (`.meta({ id })`, or the title of a union's member). */
  readonly definitions: ReadonlyMap<string, JsonObject>;
}

const definitionsPath = '#/definitions/';

/** Documentation in our schemas beyond what JSON Schema supports. */
interface Meta {
  /** Replaces the JSON schema, if zod cannot know the form on the wire. */
  readonly override?: JsonObject;
  readonly description?: string;
  /** Name of the component that documents a value which other code validates. */
  readonly reference?: string;
  /** The kind of entity of an id. Tests use it to find the ids in requests. */
  readonly names?: string;
}

/** Converts a zod schema to OpenAPI 3.0. References are bare names, see `components.ts`. */
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
  // The same form as in answers, so that a client can send back what it has received.
  if (names) replace(json, { type: 'string', format: 'uuid', ...about });
  if (reference) replace(json, { $ref: definitionsPath + reference });
  // zod drops the default of a schema with a transform, because the default is an output value. Ours are the same on
  // both sides.
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
