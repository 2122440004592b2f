import { describe, expect, test } from 'vitest';
import { knownRoutes } from '../../shared/http/known-routes.ts';
import { addressed, endpoint } from '../support/endpoints.ts';
import { type Invocation, type Invoked, invoke } from '../support/invoke.ts';

/** Other methods, preflights and trailing slashes on the path of every route, which the fallback answers. */

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const paths = Map.groupBy(addressed, ({ route }) => route.path);

/** An event that API Gateway sends to the fallback: a call that no route matches. */
function fall(method: string, path: string, invocation: Invocation = {}): Promise<Invoked> {
  const { route, handler } = endpoint('service/fallback');
  return invoke({ route: { ...route, method: method as 'GET', path: path as '/' }, handler }, invocation);
}

function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith('{') || part === given[i]);
}

describe.each([...paths])('%s', (template, served) => {
  const path = template.replaceAll(/\{\w+\}/g, 'x');
  const own = knownRoutes(served.map(({ route }) => route))
    .map(({ method }) => method)
    .sort();
  const allowed = [...own, 'OPTIONS'].join(', ');
  // If a route with `{id}` beside the word accepts the method, that route answers.
  const reachesId = (method: string) =>
    addressed.some(({ route }) => route.method === method && route.path !== template && matches(route.path, path));
  const others = methods.filter((method) => !own.includes(method) && !reachesId(method));

  test('another method is 405, which says what is allowed', async () => {
    for (const method of others) {
      const { status, headers, body } = await fall(method, path);
      expect([status, body.error_code, headers.Allow], method).toEqual([405, 'METHOD_NOT_ALLOWED', allowed]);
    }
  });

  test('OPTIONS is 204, with what a browser asks for', async () => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'PATCH' };
    const answer = await fall('OPTIONS', path, { headers });
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    expect(answer.headers).toMatchObject({
      Allow: allowed,
      'Access-Control-Allow-Methods': allowed,
      'Access-Control-Allow-Headers': expect.stringMatching(/X-API-Key/),
    });
  });

  test('a trailing slash leads to the path without one', async () => {
    const { status, headers } = await fall(own[0]!, `${path}/`, { query: 'a=1' });
    expect([status, headers.Location]).toEqual([308, `http://localhost${path}?a=1`]);
  });
});
