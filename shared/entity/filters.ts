import * as z from 'zod';
import type { Expression } from '../table/table.ts';
import { valuesAt } from './path.ts';

/** What lists filter by: each filter keeps what it asks for in the thin row, so that a list reads nothing else. */

export interface Filter {
  /** The field that it asks about. */
  readonly path: string;
  /** What the thin row holds for it; undefined where that is nothing. */
  kept(values: object): unknown;
  /** What the thin row must hold, where `name` stands for the attribute and `value` for what `asked` makes of the query. */
  test(name: string, value: string): string;
  asked(given: unknown): unknown;
}

const asGiven = (given: unknown): unknown => given;

/** Entities whose field is what the query says. */
export const equals = (path: string): Filter => ({
  path,
  kept: (values) => valuesAt(values, path)[0]?.value,
  test: (name, value) => `${name} = ${value}`,
  asked: asGiven,
});

/** Entities in whose list what the query says is one of the items. */
export const includes = (path: string): Filter => ({
  path,
  kept: (values) => {
    const all = valuesAt(values, path).map(({ value }) => value);
    return all.length === 0 ? undefined : all;
  },
  test: (name, value) => `contains(${name}, ${value})`,
  asked: asGiven,
});

/** Entities whose text holds what the query says, in any letter case. */
export const partOf = (path: string): Filter => ({
  path,
  kept: (values) => folded(valuesAt(values, path)[0]?.value),
  test: (name, value) => `contains(${name}, ${value})`,
  asked: folded,
});

/** Text as searches compare it: one form of each character, whatever its letter case. */
function folded(text: unknown): string | undefined {
  return typeof text === 'string' && text !== '' ? text.normalize('NFKC').toLowerCase() : undefined;
}

/** The query parameter of `partOf('name')`. */
export const searchQuery = () =>
  z.string().max(255).optional().meta({ description: 'A part of the name, in any letter case.' });

type Filters = Readonly<Record<string, Filter>>;

/** What the thin row of an entity with these values holds. */
export function thinRow({ filters }: { readonly filters: Filters }, values: object): Record<string, unknown> {
  const kept = Object.entries(filters).map(([name, filter]) => [name, filter.kept(values)] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
}

/** What a thin row must hold to pass these filters; undefined where it passes whatever it holds. */
export function thinFilter(filters: Filters, query: Readonly<Record<string, unknown>>): Expression | undefined {
  const asked = Object.entries(filters)
    .map(([name, filter]) => ({ name, filter, value: filter.asked(query[name]) }))
    .filter(({ value }) => value !== undefined);
  if (asked.length === 0) return undefined;
  return {
    expression: asked.map(({ filter }, i) => filter.test(`#f${i}`, `:f${i}`)).join(' AND '),
    names: Object.fromEntries(asked.map(({ name }, i) => [`#f${i}`, name])),
    values: Object.fromEntries(asked.map(({ value }, i) => [`:f${i}`, value])),
  };
}
