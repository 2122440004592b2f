import { expect, test } from 'vitest';
import { withoutTrailingSlash } from '../../../lib/local/forward.ts';
import { apiHeaders, headerValue } from '../../../lib/local/headers.ts';
import { apiRoutes } from '../../../lib/local/routing.ts';

test.each([
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8::1', '2001:db8::1'],
])('a viewer at %s is passed on as %s', (address, expected) => {
  const headers = apiHeaders(['Host', 'localhost'], { address, originVerify: 's', apiHost: 'h' });
  expect(headerValue(headers, 'x-viewer-address')).toBe(expected);
});

test('the routes are read from the outputs of the deployed stacks', () => {
  const outputs = {
    ApiIdCore: 'aaa',
    ApiIdPlatform: 'bbb',
    ApiPrefixesPlatform: '/api/v1/sites,/api/v1/packs',
    X: 'y',
  };
  expect(apiRoutes(outputs)).toEqual([
    { prefix: '/', apiId: 'aaa' },
    { prefix: '/api/v1/sites', apiId: 'bbb' },
    { prefix: '/api/v1/packs', apiId: 'bbb' },
  ]);
});

test.each([
  ['/', '/'],
  ['/a/', '/a'],
  ['/a//?b=/c/', '/a?b=/c/'],
  ['/a?b=/', '/a?b=/'],
  ['/?a', '/?a'],
])('a trailing slash of a path is dropped: %s is %s', (given, kept) => {
  expect(withoutTrailingSlash(given)).toBe(kept);
});
