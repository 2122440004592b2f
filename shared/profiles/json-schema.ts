import { messageOf } from '../http/messages.ts';
import { isJsonObject, type JsonObject } from '../json/exact.ts';
import type { FieldFailure } from '../problems/problem.ts';
import {
  inPlace,
  isRe2,
  listOfSchemas,
  notRe2,
  oneSchema,
  plainKeywords,
  schemasByName,
} from './json-schema-keywords.ts';

/**
 * Whether a value is a JSON Schema 2020-12. A schema of a caller is never compiled: a validator such as Ajv makes code
 * of it, takes 130 kB in a bundle, and does not say whether a pattern is RE2.
 */

type Place = readonly (string | number)[];

/** A schema within the schema. */
interface Subschema {
  readonly place: Place;
  /** The schema with the nearest `$id` around it, relative to which its references are. */
  readonly root: Place;
  readonly value: JsonObject;
  /** Places of the schemas that apply to the same instance. */
  readonly applied: string[];
}

const textOf = (place: Place): string => JSON.stringify(place);

/** What is wrong with a schema; `at` is its place in the request. */
export function jsonSchemaFailures(schema: unknown, ...at: Place): FieldFailure[] {
  // Numbers are doubles here, however they are written.
  const walk = new Walk();
  walk.enter(JSON.parse(JSON.stringify(schema)), [], [], undefined);
  walk.resolve();
  return walk.failures.map(({ type, loc, msg }) => ({ type, loc: [...at, ...loc], msg }));
}

class Walk {
  readonly failures: FieldFailure[] = [];
  /** By place; a schema may also be `true` or `false`. */
  readonly #schemas = new Map<string, Subschema | undefined>();
  /** By root and name. */
  readonly #anchors = new Map<string, string>();

  #fail(place: Place, type: string, msg: string): void {
    this.failures.push({ type, loc: place, msg });
  }

  /** Visits a schema and those within it. */
  enter(value: unknown, place: Place, root: Place, appliedBy: Subschema | undefined): void {
    appliedBy?.applied.push(textOf(place));
    if (typeof value === 'boolean') return void this.#schemas.set(textOf(place), undefined);
    if (!isJsonObject(value)) return this.#fail(place, 'type_error', 'Should be a schema: an object, true or false');
    const own = typeof value.$id === 'string' ? place : root;
    const schema: Subschema = { place, root: own, value, applied: [] };
    this.#schemas.set(textOf(place), schema);
    for (const name of ['$anchor', '$dynamicAnchor']) {
      if (typeof value[name] === 'string') this.#anchors.set(textOf([...own, value[name]]), textOf(place));
    }
    for (const [keyword, item] of Object.entries(value)) this.#keyword(schema, keyword, item);
  }

  #keyword(schema: Subschema, keyword: string, value: unknown): void {
    const place = [...schema.place, keyword];
    const by = inPlace.includes(keyword) ? schema : undefined;
    if (oneSchema.includes(keyword)) return this.enter(value, place, schema.root, by);
    if (listOfSchemas.includes(keyword)) {
      if (!Array.isArray(value) || value.length === 0)
        return this.#fail(place, 'type_error', 'Should be a list of schemas');
      for (const [i, item] of value.entries()) this.enter(item, [...place, i], schema.root, by);
    } else if (schemasByName.includes(keyword)) this.#named(schema, keyword, value, by);
    else this.#plain(place, keyword, value);
  }

  #named(schema: Subschema, keyword: string, value: unknown, by: Subschema | undefined): void {
    const place = [...schema.place, keyword];
    if (!isJsonObject(value)) return this.#fail(place, 'type_error', 'Should be an object of schemas');
    for (const [name, item] of Object.entries(value)) {
      if (keyword === 'patternProperties' && !isRe2(name)) this.#fail([...place, name], 'pattern', notRe2);
      // The only keyword whose members may also be lists of names.
      if (keyword === 'dependencies' && Array.isArray(item)) this.#plain([...place, name], 'required', item);
      else this.enter(item, [...place, name], schema.root, by);
    }
  }

  #plain(place: Place, keyword: string, value: unknown): void {
    const known = plainKeywords.get(keyword)?.safeParse(value, { error: messageOf });
    if (known?.success === false) {
      const [issue] = known.error.issues;
      const type = issue?.code === 'invalid_type' ? 'type_error' : 'custom';
      const why = issue!.message.replace(/^Should/, 'it should');
      this.#fail(place, type, `Is no "${keyword}" of JSON Schema 2020-12: ${why}`);
    }
  }

  /** Follows the references: each must lead to a schema, and none back to itself. */
  resolve(): void {
    for (const schema of this.#schemas.values()) {
      if (!schema) continue;
      for (const keyword of ['$ref', '$dynamicRef', '$recursiveRef']) {
        const reference = schema.value[keyword];
        if (typeof reference !== 'string' || !reference.startsWith('#')) continue;
        const target = this.#target(schema, reference);
        if (target === undefined) this.#fail([...schema.place, keyword], 'unknown_reference', 'Names no schema in it');
        else schema.applied.push(target);
      }
    }
    const endless = this.#endless();
    if (endless) this.#fail(endless.place, 'conflict', 'Refers to itself without end');
  }

  #target({ root }: Subschema, reference: string): string | undefined {
    const name = decoded(reference.slice(1));
    if (name === undefined) return undefined;
    if (name !== '' && !name.startsWith('/')) return this.#anchors.get(textOf([...root, name]));
    const steps = name
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    // Indexes of lists are numbers in places, and text in pointers.
    let value: unknown = this.#schemas.get(textOf(root))?.value;
    const place: (string | number)[] = [...root];
    for (const step of steps) {
      const isIndex = Array.isArray(value) && /^(0|[1-9]\d*)$/.test(step);
      place.push(isIndex ? Number(step) : step);
      value = (value as JsonObject | undefined)?.[step];
    }
    return this.#schemas.has(textOf(place)) ? textOf(place) : undefined;
  }

  /** A schema that applies itself to the same instance, through others or not. */
  #endless(): Subschema | undefined {
    const done = new Set<string>();
    const open = new Set<string>();
    const visit = (place: string): Subschema | undefined => {
      const schema = this.#schemas.get(place);
      if (open.has(place)) return schema;
      if (!schema || done.has(place)) return undefined;
      open.add(place);
      for (const next of schema.applied) {
        const found = visit(next);
        if (found) return found;
      }
      open.delete(place);
      done.add(place);
      return undefined;
    };
    for (const place of this.#schemas.keys()) {
      const found = visit(place);
      if (found) return found;
    }
    return undefined;
  }
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
