import type * as z from 'zod';
import { convert, type Edge } from './json-schema.ts';
import type { JsonObject } from './tidy.ts';

/** Placeholder of a reference until all components are known; `resolve` then decides its name. */
const pending = (edge: Edge, name: string) => `pending:${edge}:${name}`;
const pendingForm = /^pending:(input|output):(.+)$/;

type Variants = Partial<Record<Edge, JsonObject>>;
type Kind = 'examples' | 'headers' | 'parameters' | 'responses';

/**
 * The document's `components`. A named schema that is the same for requests and answers is one component. If the two
 * differ, the one for requests is called `…Input`.
 */
export class Components {
  readonly #schemas = new Map<string, Variants>();
  readonly #others = new Map<string, JsonObject>();

  /** A reference to the schema, or the schema itself if it has no name; `fallback` names an object without a name. */
  schema(schema: z.ZodType, edge: Edge, fallback: string): JsonObject {
    const root = this.inline(schema, edge);
    if (!root.properties && !root.oneOf && !root.anyOf) return root;
    this.#add(fallback, edge, root);
    return { $ref: pending(edge, fallback) };
  }

  /** The schema itself if it has no name. Named schemas inside it become components all the same. */
  inline(schema: z.ZodType, edge: Edge): JsonObject {
    const { schema: root, definitions } = convert(schema, edge);
    for (const [name, definition] of definitions) this.#add(name, edge, definition);
    return mark(root, edge);
  }

  /** Adds a schema that is not a zod schema; references inside it are bare names. */
  plain(name: string, schema: JsonObject): JsonObject {
    this.#add(name, 'output', schema);
    return { $ref: pending('output', name) };
  }

  /** The schema to which a reference of this object points. */
  lookUp(schema: JsonObject): JsonObject {
    const [, edge, name] = pendingForm.exec(String(schema.$ref)) ?? [];
    return (name && this.#schemas.get(name)?.[edge as Edge]) || schema;
  }

  /** Adds a header, parameter, response or example once, and returns a reference to it. */
  share(kind: Kind, name: string, value: JsonObject): JsonObject {
    const $ref = `#/components/${kind}/${name}`;
    const before = this.#others.get($ref);
    if (before && JSON.stringify(before) !== JSON.stringify(value))
      throw new Error(`Two ${kind} are called "${name}".`);
    this.#others.set($ref, value);
    return { $ref };
  }

  #add(name: string, edge: Edge, schema: JsonObject): void {
    const variants = this.#schemas.get(name) ?? {};
    const marked = mark(schema, edge);
    if (variants[edge] && JSON.stringify(variants[edge]) !== JSON.stringify(marked)) {
      throw new Error(`Two schemas are called "${name}": give one of them another id.`);
    }
    this.#schemas.set(name, { ...variants, [edge]: marked });
  }

  /** Completes a document that was built with these components. */
  resolve(document: JsonObject): JsonObject {
    const split = this.#split();
    const schemas: [string, JsonObject][] = [];
    for (const [name, { input, output }] of this.#schemas) {
      if (output) schemas.push([name, output]);
      if (input && (!output || split.has(name))) schemas.push([output ? `${name}Input` : name, input]);
    }
    const components: Record<string, JsonObject> = { schemas: sorted(schemas) };
    for (const kind of ['examples', 'headers', 'parameters', 'responses'] satisfies Kind[]) {
      const prefix = `#/components/${kind}/`;
      const own = [...this.#others].filter(([path]) => path.startsWith(prefix));
      components[kind] = sorted(own.map(([path, value]) => [path.slice(prefix.length), value]));
    }
    const named = { ...document, components: { ...(document.components as JsonObject), ...components } };
    return JSON.parse(JSON.stringify(named), (_, value) =>
      typeof value === 'string' ? this.#name(value, split) : value,
    );
  }

  #name(value: string, split: ReadonlySet<string>): string {
    const [, edge, name = ''] = pendingForm.exec(value) ?? [];
    if (!edge) return value;
    const variants = this.#schemas.get(name);
    if (!variants) throw new Error(`No schema is called "${name}", which another one refers to.`);
    return `#/components/schemas/${edge === 'input' && split.has(name) ? `${name}Input` : name}`;
  }

  /** Names whose two versions differ, in themselves or in something that they refer to. */
  #split(): ReadonlySet<string> {
    const both = [...this.#schemas].flatMap(([name, { input, output }]) =>
      input && output ? [{ name, input: JSON.stringify(input), output: JSON.stringify(output) }] : [],
    );
    const split = new Set<string>();
    const differs = ({ input, output }: (typeof both)[number]) =>
      input.replaceAll('pending:input:', 'pending:output:') !== output ||
      [...input.matchAll(/"pending:input:([^"]+)"/g)].some(([, name = '']) => split.has(name));
    for (let size = -1; size !== split.size; ) {
      size = split.size;
      for (const entry of both) if (differs(entry)) split.add(entry.name);
    }
    return split;
  }
}

/**
 * Turns bare names into pending references. A discriminator's mapping holds plain strings instead of reference objects.
 */
function mark(schema: JsonObject, edge: Edge): JsonObject {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === '$ref' && typeof value === 'string') return pendingForm.test(value) ? value : pending(edge, value);
    return key === 'mapping' && isMapping(value) ? mapped(value) : value;
  });
}

const isMapping = (value: object): value is Record<string, { $ref: string }> =>
  Object.values(value).every((target) => typeof target === 'object' && target !== null && '$ref' in target);

const mapped = (mapping: Record<string, { $ref: string }>) =>
  Object.fromEntries(Object.entries(mapping).map(([name, { $ref }]) => [name, $ref]));

const sorted = (entries: readonly [string, JsonObject][]): JsonObject =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
