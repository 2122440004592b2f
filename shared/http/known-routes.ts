import { type Problem, problem } from '../problems/problem.ts';
import { asset } from './assets.ts';
import type { HttpRequest } from './request.ts';
import type { Route } from './route.ts';

/** Method and path of a route. The build writes them to a file beside the functions that read them. */
export interface KnownRoute {
  readonly method: string;
  readonly path: string;
}

/** The file with the routes that share the first segment of a path. A change of other routes does not change it. */
export const routesFile = (path: string): string => `routes-${path.replace(/^\/api\/v1\//, '/').split('/')[1]}.json`;

/** Every method and path of the routes; `HEAD` is included if the route answers it. */
export const knownRoutes = (routes: readonly Route[]): KnownRoute[] =>
  routes.flatMap(({ method, path, alsoHead }) => [{ method, path }, ...(alsoHead ? [{ method: 'HEAD', path }] : [])]);

/**
 * The files beside a function's bundle: those that it serves and, if its path has parameters, the file of known routes.
 */
export const assetsOf = ({ path, assets = [] }: Pick<Route, 'path' | 'assets'>): readonly string[] =>
  path.includes('{') ? [...assets, routesFile(path)] : assets;

const isParameter = (part: string | undefined): boolean => part?.startsWith('{') === true;

/** The rank of a route among those that match a path: literal segments come before parameters, from left to right. */
const rank = ({ path }: KnownRoute): string =>
  path
    .split('/')
    .map((part) => (isParameter(part) ? '1' : '0'))
    .join('');

/** The routes that match a path best: a literal segment wins over a parameter. */
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

/** The methods of a path. */
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

/** The form of literal words in paths. No id has this form. */
const wordForm = /^[a-z][a-z-]*$/;

/**
 * Why a request does not belong to its route, although API Gateway matched it: the id is a word of another route, as in
 * `GET /geofences/check`. Such a word is never an id.
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

/** Whether the path has a word of another route in place of an id. */
function hasWordForId(routes: readonly KnownRoute[], pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return wanted.some((part, i) => {
    if (!isParameter(part)) return false;
    const before = wanted.slice(0, i).join('/');
    return routes.some((other) => other.path.startsWith(`${before}/`) && other.path.split('/')[i] === given[i]);
  });
}

/** Empty if the file does not exist: outside of a deployment a function has no such file. */
async function readRoutes(file: string): Promise<KnownRoute[]> {
  const content = await asset(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return content ? (JSON.parse(content.toString('utf8')) as KnownRoute[]) : [];
}
