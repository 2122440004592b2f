import { describe, expect, test } from 'vitest';
import { assetsOf, knownRoutes, methodsAt, routesAt, routesFile } from '../../../shared/http/known-routes.ts';
import type { Route } from '../../../shared/http/route.ts';

const known = (...lines: string[]) =>
  lines.map((line) => {
    const [method = '', path = ''] = line.split(' ');
    return { method, path };
  });
const routes = known(
  'GET /a/{id}',
  'DELETE /a/{id}',
  'POST /a/check',
  'GET /a/{id}/cells',
  'GET /a/bulk/{batch}',
  'POST /a/bulk',
);

describe('the routes at a path', () => {
  test.each([
    ['/a/7', ['DELETE', 'GET']],
    ['/a/check', ['POST']],
    ['/a/bulk', ['POST']],
    ['/a/bulk/7', ['GET']],
    ['/a/bulk/cells', ['GET']],
    ['/a/7/cells', ['GET']],
    ['/a/', []],
    ['/b', []],
  ])('%s allows %j', (path, methods) => {
    expect(methodsAt(routes, path)).toEqual(methods);
  });

  test('are those with a literal segment, where others have a parameter', () => {
    expect(routesAt(routes, '/a/bulk/cells')).toEqual(known('GET /a/bulk/{batch}'));
  });
});

const route = (given: Partial<Route>) => given as Route;

test('HEAD is known where a route answers it', () => {
  const health = route({ method: 'GET', path: '/health', alsoHead: true });
  expect(knownRoutes([health, route({ method: 'GET', path: '/x' })])).toEqual(
    known('GET /health', 'HEAD /health', 'GET /x'),
  );
});

test('a function with ids in its path gets the routes of its resource, and no others', () => {
  expect(routesFile('/api/v1/geofences/{id}/cells')).toBe('routes-geofences.json');
  expect(routesFile('/docs/assets/{file}')).toBe('routes-docs.json');
  expect(assetsOf({ path: '/api/v1/geofences/{id}' })).toEqual(['routes-geofences.json']);
  expect(assetsOf({ path: '/docs/assets/{file}', assets: ['a.js'] })).toEqual(['a.js', 'routes-docs.json']);
  expect(assetsOf({ path: '/api/v1/geofences' })).toEqual([]);
});
