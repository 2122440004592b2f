import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { knownRoutes, methodsAt } from '../../shared/http/known-routes.ts';
import { addressed } from '../support/endpoints.ts';
import { invoke } from '../support/invoke.ts';

/** A word in the path of some route is never taken for an id in another path. */

const routes = knownRoutes(addressed.map(({ route }) => route));
const isParameter = (part: string) => part.startsWith('{');

/** For each parameter of a path, the words of other paths at the same place. */
function reservedIn(path: string): { name: string; word: string }[] {
  const parts = path.split('/');
  return parts.flatMap((part, i) => {
    if (!isParameter(part)) return [];
    const begin = `${parts.slice(0, i).join('/')}/`;
    const words = routes.filter((other) => other.path.startsWith(begin)).map((other) => other.path.split('/')[i]!);
    const literal = [...new Set(words)].filter((word) => !isParameter(word) && /^[a-z-]+$/.test(word));
    return literal.map((word) => ({ name: part.slice(1, -1), word }));
  });
}

const cases = addressed.flatMap((endpoint) =>
  reservedIn(endpoint.route.path).map(({ name, word }) => ({ endpoint, name, word, route: endpoint.name })),
);

test('there are such words', () => {
  expect(cases.map(({ route, word }) => `${route} ${word}`)).toContain('geofences/get check');
  expect(cases.length).toBeGreaterThan(20);
});

describe.each(cases)('$word is no $name of $route', ({ endpoint, name, word }) => {
  const params = Object.fromEntries(
    [...endpoint.route.path.matchAll(/\{(\w+)\}/g)].map(([, each = '']) => [each, each === name ? word : randomUUID()]),
  );
  const path = endpoint.route.path.replaceAll(/\{(\w+)\}/g, (_, each: string) => params[each]!);
  const methods = methodsAt(routes, path);

  test('for every caller', async () => {
    const { status, headers, body } = await invoke(endpoint, { params, body: '{' });
    if (methods.length === 0 || methods.includes(endpoint.route.method)) {
      expect([status, body.error_code]).toEqual([404, 'ROUTE_NOT_FOUND']);
      return;
    }
    expect([status, body.error_code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(headers.Allow).toBe([...methods, 'OPTIONS'].join(', '));
    expect(body.request_id).toBe(headers['X-Request-ID']);
  });
});
