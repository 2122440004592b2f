import * as z from 'zod';
import type { Expression } from '../table/table.ts';
import { valuesAt } from './path.ts';

/** Filters of lists. Each filter keeps its value in the thin row, so that a list reads nothing else. */

export interface Filter {
  /** The path of the field. */
  readonly path: string;
  /** Paths of further fields that are compared too. The references of one field cannot answer such a filter. */
  readonly others?: readonly string[];
  /** The value in the thin row; undefined for none. */
  storedValue(values: object): unknown;
  /** The condition on the thin row. `name` stands for the attribute, and `value` for the result of `queryValue`. */
  test(name: string, value: string): string;
  /** The value that a query parameter asks for; undefined for no condition. */
  queryValue(given: unknown): unknown;
}

const asGiven = (given: unknown): unknown => given;

/** Entities whose field equals the query's value. */
export const equals = (path: string): Filter => ({
  path,
  storedValue: (values) => valuesAt(values, path)[0]?.value,
  test: (name, value) => `${name} = ${value}`,
  queryValue: asGiven,
});

/** Entities one of whose fields equals the query's value. */
export const equalsOneOf = (path: string, ...others: readonly string[]): Filter => ({
  path,
  others,
  storedValue: (values) => [path, ...others].flatMap((one) => valuesAt(values, one).map(({ value }) => value)),
  test: (name, value) => `contains(${name}, ${value})`,
  queryValue: asGiven,
});

/** Entities whose list contains the query's value. */
export const includes = (path: string): Filter => ({
  path,
  storedValue: (values) => {
    const all = valuesAt(values, path).map(({ value }) => value);
    return all.length === 0 ? undefined : all;
  },
  test: (name, value) => `contains(${name}, ${value})`,
  queryValue: asGiven,
});

/** Entities whose text contains the query's value, in any letter case. */
export const partOf = (path: string): Filter => ({
  path,
  storedValue: (values) => folded(valuesAt(values, path)[0]?.value),
  test: (name, value) => `contains(${name}, ${value})`,
  queryValue: folded,
});

/** Text in the form in which searches compare it: one form per character (NFKC), in lower case. */
function folded(text: unknown): string | undefined {
  return typeof text === 'string' && text !== '' ? text.normalize('NFKC').toLowerCase() : undefined;
}

/** The query parameter of `partOf('name')`. */
export const searchQuery = () =>
  z.string().max(255).optional().meta({ description: 'Part of the name, in any letter case.' });

type Filters = Readonly<Record<string, Filter>>;

/** The filter values in the thin row of an entity with these values. */
export function thinRow({ filters }: { readonly filters: Filters }, values: object): Record<string, unknown> {
  const kept = Object.entries(filters).map(([name, filter]) => [name, filter.storedValue(values)] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
}

/** The condition on thin rows for these filters; undefined when every row passes. */
export function thinFilter(filters: Filters, query: Readonly<Record<string, unknown>>): Expression | undefined {
  const asked = Object.entries(filters)
    .map(([name, filter]) => ({ name, filter, value: filter.queryValue(query[name]) }))
    .filter(({ value }) => value !== undefined);
  if (asked.length === 0) return undefined;
  return {
    expression: asked.map(({ filter }, i) => filter.test(`#f${i}`, `:f${i}`)).join(' AND '),
    names: Object.fromEntries(asked.map(({ name }, i) => [`#f${i}`, name])),
    values: Object.fromEntries(asked.map(({ value }, i) => [`:f${i}`, value])),
  };
}
