import type { Components } from './components.ts';
import type { JsonObject } from './tidy.ts';

/**
 * Examples of answers. A schema has one of its own, or it is put together from those of its parts; what cannot be put
 * together so that it says something (a text, a number) needs one.
 */

const byFormat: Readonly<Record<string, string>> = {
  uuid: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11',
  'date-time': '2026-03-17T10:00:00Z',
};

/** @throws where a part has neither an example nor a value that is certain; `where` names it. */
export function exampleOf(components: Components, schema: JsonObject, where: string): unknown {
  const { example, enum: values, items, properties, ...known } = components.lookUp(schema);
  const [first] = (known.allOf ?? known.oneOf ?? known.anyOf ?? []) as JsonObject[];
  if (example !== undefined) return example;
  if (Array.isArray(values)) return values[0];
  if (first) return exampleOf(components, first, where);
  if (items) return [exampleOf(components, items as JsonObject, `${where}[]`)];
  if (properties) {
    const parts = Object.entries(properties as Record<string, JsonObject>);
    return Object.fromEntries(parts.map(([name, part]) => [name, exampleOf(components, part, `${where}.${name}`)]));
  }
  const value = byFormat[String(known.format)] ?? (known.nullable ? null : undefined);
  if (value === undefined) throw new Error(`${where} needs an example.`);
  return value;
}
