import * as routes from '../../functions/routes.ts';
import type { Route } from '../../shared/http/route.ts';
import type { Endpoint } from './invoke.ts';

/** Every endpoint of the product with its handler. Tests of all endpoints use this list, so that none is omitted. */

export type EndpointName = keyof typeof routes;

export interface NamedEndpoint extends Endpoint {
  readonly name: EndpointName;
}

export const endpoints: readonly NamedEndpoint[] = (Object.entries(routes) as [EndpointName, Endpoint][])
  .map(([name, { route, handler }]) => ({ name, route, handler }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Endpoints with a path of their own; the fallback serves every other path. */
export const addressed = endpoints.filter(({ name }) => name !== 'service/fallback');

export function endpoint(name: EndpointName): NamedEndpoint {
  return endpoints.find((one) => one.name === name)!;
}

/** A value for each parameter in the path of a route. */
export function paramsOf({ path }: Pick<Route, 'path'>, value: string): Record<string, string> {
  return Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, value]));
}
