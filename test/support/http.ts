import type { Endpoint, Invocation, Invoked } from './invoke.ts';
import { apiClient } from './stack.ts';

/** Calls the deployed endpoint with the same arguments with which `invoke` calls it in this process. */
export async function callOverHttp(
  { route }: Endpoint,
  { key, params = {}, query = '', body, headers = {} }: Invocation = {},
): Promise<Invoked> {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const answer = await apiClient(key)(route.method, `${path}${query && `?${query}`}`, body, headers);
  return {
    status: answer.status,
    headers: Object.fromEntries([...answer.headers].map(([name, value]) => [asPrinted(name), value])),
    body: answer.body === '' ? undefined : answer.body,
    bytes: answer.bytes,
  };
}

/** `x-request-id` as the endpoints write it: `X-Request-ID`. */
function asPrinted(name: string): string {
  const special: Record<string, string> = {
    etag: 'ETag',
    ratelimit: 'RateLimit',
    'ratelimit-policy': 'RateLimit-Policy',
    'www-authenticate': 'WWW-Authenticate',
  };
  const words = name.split('-').map((word) => (word === 'id' ? 'ID' : word.charAt(0).toUpperCase() + word.slice(1)));
  return special[name] ?? words.join('-');
}
