import { expect, test } from 'vitest';
import { areaNames, homeOf } from '../../../lib/areas.ts';
import { apiRoutes, findRoute } from '../../../lib/local/routing.ts';
import { pascal } from '../../../lib/names.ts';
import { realCatalogue, synthesise } from '../fixture.ts';

test('the outputs lead the local gateway to the API of each route', () => {
  const { outputs } = synthesise(realCatalogue, { stage: 'local' });
  const deployed = Object.keys(outputs).filter((name) => /^Api(Id|Prefixes)/.test(name));
  const values = deployed.map((name): [string, string] => {
    const { Value } = outputs[name] as { Value: unknown };
    return [name, typeof Value === 'string' ? Value : name];
  });
  const routes = apiRoutes(Object.fromEntries(values));
  expect(new Set(routes.map(({ apiId }) => apiId)).size).toBe(areaNames.length);
  for (const { name, route } of realCatalogue.endpoints) {
    if (route.path === '/$default') continue;
    expect([name, findRoute(routes, route.path)?.apiId]).toEqual([name, `ApiId${pascal(homeOf(route.path).area)}`]);
  }
});
