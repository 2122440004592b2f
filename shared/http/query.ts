import type { FieldFailure } from '../problems/problem.ts';
import { maxFailures, unknownName } from './failures.ts';
import { definitionOf, unwrapped } from './introspection.ts';
import type { Route } from './route.ts';

/** Parameters of a query by name; repeated ones as arrays, in order. */
export type Query = Readonly<Record<string, string | string[]>>;

/** Parses the raw string, because an HTTP API joins repeated parameters with commas, which values may contain too. */
export function parseQuery(raw: string): Query {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(raw)) {
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  return query;
}

/** Parameters that tools add to any address. They have no meaning here and are not an error of the caller. */
const isIgnored = (name: string): boolean => /^(_|utm_)/.test(name);

/** The parameters without ignored ones, sorted by name. */
export function meaningful(query: Query): Query {
  const entries = Object.entries(query).filter(([name]) => !isIgnored(name));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Refuses by name the parameters that the route does not know: if a misspelt filter were ignored, the answer would
 * contain everything.
 */
export function unknownParameters({ query: schema }: Pick<Route, 'query'>, query: Query): FieldFailure[] {
  const { shape = {}, catchall } = schema ? definitionOf(unwrapped(schema)) : {};
  if (catchall && definitionOf(catchall).type !== 'never') return [];
  const known = Object.keys(shape);
  return Object.keys(query)
    .filter((name) => !Object.hasOwn(shape, name) && !isIgnored(name))
    .slice(0, maxFailures)
    .map((name) => unknownName('parameter', ['query'], name, known));
}
