import { asset } from './assets.ts';
import { allowed, type KnownRoute, methodNotAllowed, methodsAt, routeNotFound } from './known-routes.ts';
import type { HttpRequest } from './request.ts';

const allowedHeaders =
  'Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-API-Key, X-Client-Request-ID';

/** 204 for a preflight, 308 for a trailing slash, otherwise 405 or 404. */
export async function fallbackAnswer(request: HttpRequest) {
  const routes = JSON.parse((await asset('routes.json')).toString('utf8')) as KnownRoute[];
  const path = request.path.replace(/(?<=.)\/+$/, '');
  const methods = methodsAt(routes, path);
  if (methods.length === 0) throw routeNotFound(request);
  const allow = allowed(methods);
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
  throw methodNotAllowed(request, methods);
}
