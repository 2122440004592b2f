import type { Components } from './components.ts';
import type { JsonObject } from './tidy.ts';

/**
 * Examples of answers. A schema has an example of its own, or one is composed from the examples of its parts. A text or a
 * number must have its own, because a composed one would be meaningless.
 */

const byFormat: Readonly<Record<string, string>> = {
  uuid: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11',
  'date-time': '2026-03-17T10:00:00Z',
};

/** @throws if a part has neither an example nor only one possible value; the message contains `where` */
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
