import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { registerHooks } from 'node:module';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * The platform in memory at a port of its own, for `npm run fuzz -- --in-memory`. Prints its address and credentials as one
 * line of JSON, and then each right that a declaration lacks.
 */

const inProcess = new URL('../platform/in-process.ts', import.meta.url).href;

// Functions read their files beside their bundles; the platform in memory has them elsewhere.
registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return found.url.endsWith('/shared/http/assets.ts') ? { ...found, url: inProcess } : found;
  },
});

const { asset, originVerify, platform } = await import('../platform/in-process.ts');
const { addressed, endpoint } = await import('../support/endpoints.ts');
const { actingAs, denied } = await import('../support/grants.ts');
const { contextOf, gatewayEvent } = await import('../support/invoke.ts');
const { grantableScopes } = await import('../../shared/auth/scopes.ts');
const { routesAt } = await import('../../shared/http/known-routes.ts');
const { usesOf } = await import('../../shared/http/uses.ts');
const { createKey } = await import('../../shared/operator/keys.ts');
const { installOwner } = await import('../../shared/users/founding.ts');
const { createWorkspace } = await import('../../shared/workspaces/workspaces.ts');

const routes = addressed.map(({ route }) => route);

/** The endpoint that API Gateway would choose, and the values of its path. */
function chosen(method: string, path: string) {
  const route = routesAt(routes, path).find((one) => one.method === method);
  const found = addressed.find((one) => one.route === route) ?? endpoint('service/fallback');
  const given = path.split('/');
  const parts = route?.path.split('/') ?? [];
  const values = parts.flatMap((part, i) => (part.startsWith('{') ? [[part.slice(1, -1), given[i] ?? '']] : []));
  return { ...found, params: Object.fromEntries(values) as Record<string, string> };
}

/** The event of a request that came through the front door. */
async function eventOf(request: IncomingMessage, { route, params }: ReturnType<typeof chosen>, path: string) {
  const { url = '', method = 'GET' } = request;
  const sent = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const viewer = { 'x-viewer-host': request.headers.host ?? '', 'x-origin-verify': originVerify };
  const headers = { ...Object.fromEntries(sent), ...viewer };
  const event = gatewayEvent(route, { params, headers, query: url.split('?').slice(1).join('?') });
  const requestContext = { ...event.requestContext, http: { ...event.requestContext.http, method, path } };
  const body = await buffer(request);
  const content = body.length > 0 ? { body: body.toString('base64'), isBase64Encoded: true } : {};
  return { ...event, rawPath: path, requestContext, ...content };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url!.split('?')[0]!.replace(/^(.+?)\/+$/, '$1');
  const found = chosen(request.method!, path);
  const event = await eventOf(request, found, path);
  const { operationId } = found.route;
  const work = () => found.handler(event, contextOf(found.route));
  const result = await actingAs(operationId, usesOf(found.route), work);
  for (const line of denied.splice(0)) console.error(line);
  const content = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  const length = result.body === undefined ? {} : { 'Content-Length': content.length };
  response.writeHead(result.statusCode, { ...result.headers, ...length }).end(content);
}

platform.startAfresh();
// Built on demand, which may take longer than a request.
await asset('openapi.json.gz');
process.env.LOG_LEVEL = 'ERROR';
const owner = { email: 'fuzz@example.com', password: 'Correct-horse-7' };
const workspace = await createWorkspace({ name: 'Fuzz', slug: 'fuzz', plan: 'enterprise' });
await installOwner(workspace, { ...owner, name: 'Owner', emailVerified: true });
const { key } = await createKey(workspace, { name: 'Fuzz', scopes: grantableScopes });
const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, key, ...owner }));
