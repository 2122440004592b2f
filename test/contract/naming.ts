import type { Route } from '../../shared/http/route.ts';
import { exampleBody } from '../security/rows.ts';
import type { NamedEndpoint } from '../support/endpoints.ts';
import { endpointOf } from './entities.ts';
import { placeIn, type ReferenceAt, withAt } from './references.ts';

/**
 * Bodies with an id where a schema says that one names an entity. All else is as in the example of the route, since a
 * field may need more than the id. A change whose example lacks the field has that of the create.
 */

type Place = ReferenceAt['path'];

/** The route whose example has the field. */
function routeWith({ name, route }: NamedEndpoint, [field = '']: Place): Route {
  const [folder, verb] = name.split('/') as [string, string];
  const create = verb === 'patch' ? endpointOf(folder, 'create')?.route : undefined;
  const [own, other] = [route, create].map((one) => Object(one && exampleBody(one)) as object);
  return create && !Object.hasOwn(own!, field) && Object.hasOwn(other!, field) ? create : route;
}

/** Where the id is: the path of a schema stands for all items of a list, of which one may be another type. */
export const placeOf = (endpoint: NamedEndpoint, path: Place): Place =>
  placeIn(exampleBody(routeWith(endpoint, path)), path);

/** @param filled the example of a route's body, in which every other id is that of an existing entity */
export async function bodyNaming(
  endpoint: NamedEndpoint,
  path: Place,
  id: string,
  filled: (route: Route) => Promise<unknown>,
): Promise<unknown> {
  const [route, [field = '']] = [routeWith(endpoint, path), path];
  const own = await filled(endpoint.route);
  const other = route === endpoint.route ? {} : ((await filled(route)) as Record<string, unknown>);
  const whole = field in other ? withAt(own, [field], other[field]) : own;
  return withAt(whole, placeOf(endpoint, path), id);
}
