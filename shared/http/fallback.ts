import { problem } from '../problems/problem.ts';
import { asset } from './assets.ts';
import type { HttpRequest } from './request.ts';

/** Method and path of every route, as the build writes them to `routes.json`. */
interface KnownRoute {
  readonly method: string;
  readonly path: string;
}

const allowedHeaders =
  'Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-API-Key, X-Client-Request-ID';

/** Methods of the routes whose path matches, literal segments and `{…}` alike. */
export function methodsAt(routes: readonly KnownRoute[], path: string): string[] {
  const segments = path.split('/');
  const matching = routes.filter((route) => {
    const wanted = route.path.split('/');
    return (
      wanted.length === segments.length &&
      wanted.every((part, i) => part === segments[i] || (part.startsWith('{') && segments[i] !== ''))
    );
  });
  const literal = matching.filter((route) => route.path === path);
  return [...new Set((literal.length > 0 ? literal : matching).map((route) => route.method))].sort();
}

/** 204 for a preflight, 308 for a trailing slash, else 405 or 404. */
export async function fallbackAnswer(request: HttpRequest) {
  const routes = JSON.parse((await asset('routes.json')).toString('utf8')) as KnownRoute[];
  const path = request.path.replace(/(?<=.)\/+$/, '');
  const methods = methodsAt(routes, path);
  if (methods.length === 0)
    throw problem('ROUTE_NOT_FOUND', `There is nothing at ${request.path}; see /docs for what there is.`);
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (request.method === 'OPTIONS') {
    const cors = {
      'Access-Control-Allow-Methods': allow,
      'Access-Control-Allow-Headers': allowedHeaders,
      'Access-Control-Max-Age': '7200',
    };
    return { status: 204, headers: { Allow: allow, ...(request.headers.origin ? cors : {}) } } as const;
  }
  if (methods.includes(request.method) && path !== request.path) {
    const Location = `${request.origin}${path}${request.rawQuery ? `?${request.rawQuery}` : ''}`;
    return { status: 308, headers: { Location } } as const;
  }
  throw problem('METHOD_NOT_ALLOWED', `${request.method} is not allowed here; ${allow} are.`, undefined, {
    headers: { Allow: allow },
  });
}
