import { type Problem, problem } from '../problems/problem.ts';
import { asset } from './assets.ts';
import type { HttpRequest } from './request.ts';
import type { Route } from './route.ts';

/** Method and path of routes, as the build writes them beside the functions that look at them. */
export interface KnownRoute {
  readonly method: string;
  readonly path: string;
}

/** The file of the routes that begin as a path does; a route elsewhere changes nothing in it. */
export const routesFile = (path: string): string => `routes-${path.replace(/^\/api\/v1\//, '/').split('/')[1]}.json`;

/** Every method and path of a route; `HEAD` is answered where the route says so. */
export const knownRoutes = (routes: readonly Route[]): KnownRoute[] =>
  routes.flatMap(({ method, path, alsoHead }) => [{ method, path }, ...(alsoHead ? [{ method: 'HEAD', path }] : [])]);

/** The files that functions get beside their bundle: those that they serve, and where ids stand in paths the words that are none. */
export const assetsOf = ({ path, assets = [] }: Pick<Route, 'path' | 'assets'>): readonly string[] =>
  path.includes('{') ? [...assets, routesFile(path)] : assets;

const isParameter = (part: string | undefined): boolean => part?.startsWith('{') === true;

/** Literal segments before parameters, from the left: what wins among the routes that match a path. */
const rank = ({ path }: KnownRoute): string =>
  path
    .split('/')
    .map((part) => (isParameter(part) ? '1' : '0'))
    .join('');

/** The routes that a path means: a literal segment wins over a parameter. */
export function routesAt(routes: readonly KnownRoute[], path: string): KnownRoute[] {
  const segments = path.split('/');
  const matching = routes.filter((route) => {
    const wanted = route.path.split('/');
    return (
      wanted.length === segments.length &&
      wanted.every((part, i) => part === segments[i] || (isParameter(part) && segments[i] !== ''))
    );
  });
  const [best] = matching.map(rank).sort();
  return matching.filter((route) => rank(route) === best);
}

/** Methods at a path. */
export const methodsAt = (routes: readonly KnownRoute[], path: string): string[] =>
  [...new Set(routesAt(routes, path).map(({ method }) => method))].sort();

export const allowed = (methods: readonly string[]): string => [...methods, 'OPTIONS'].join(', ');

export function methodNotAllowed({ method }: HttpRequest, methods: readonly string[]): Problem {
  const Allow = allowed(methods);
  return problem('METHOD_NOT_ALLOWED', `${method} is not allowed here; ${Allow} are.`, undefined, {
    headers: { Allow },
  });
}

export const routeNotFound = ({ path }: HttpRequest): Problem =>
  problem('ROUTE_NOT_FOUND', `There is nothing at ${path}; see /docs for what there is.`);

/** Words of paths look like this, and no id does. */
const wordForm = /^[a-z][a-z-]*$/;

/**
 * Why a request is none for its route, although the gateway gave it to it: a word of other routes stands where the route
 * has an id, as in `GET /geofences/check`. Such a word is never an id.
 */
export async function misrouted(route: Route, request: HttpRequest): Promise<Problem | undefined> {
  if (!Object.values(request.params).some((value) => wordForm.test(value))) return undefined;
  const routes = await readRoutes(routesFile(route.path));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => request.params[name] ?? '');
  const meant = routesAt(routes, path);
  if (meant.some((one) => one.path !== route.path)) {
    const methods = methodsAt(routes, path);
    return methods.includes(request.method) ? routeNotFound(request) : methodNotAllowed(request, methods);
  }
  return hasWordForId(routes, route.path, path) ? routeNotFound(request) : undefined;
}

/** Whether a word that begins other routes stands in the place of an id. */
function hasWordForId(routes: readonly KnownRoute[], pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return wanted.some((part, i) => {
    if (!isParameter(part)) return false;
    const before = wanted.slice(0, i).join('/');
    return routes.some((other) => other.path.startsWith(`${before}/`) && other.path.split('/')[i] === given[i]);
  });
}

/** None where the file is not there: outside of a deployment a function stands alone. */
async function readRoutes(file: string): Promise<KnownRoute[]> {
  const content = await asset(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return content ? (JSON.parse(content.toString('utf8')) as KnownRoute[]) : [];
}
