import { expect, test } from 'vitest';
import * as routes from '../../functions/routes.ts';
import type { Route } from '../../shared/http/route.ts';

const all: readonly Route[] = Object.values(routes).map(({ route }) => route);
const isOfFacade = ({ path }: Route) => /^\/api\/v1\/ogc(\/|$)/.test(path);

test('under /ogc, and nowhere else, the key may be the password of HTTP Basic', () => {
  expect(all.filter(({ basic }) => basic)).toEqual(all.filter(isOfFacade));
});

test('under /ogc a wrong parameter is 400, as the standard wants it', () => {
  expect(all.filter(isOfFacade).filter(({ invalid }) => invalid !== 400)).toEqual([]);
});
