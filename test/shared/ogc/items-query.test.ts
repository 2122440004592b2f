import { expect, test } from 'vitest';
import { itemsQuery } from '../../../shared/ogc/items-query.ts';

const limitOf = (limit?: string) => itemsQuery.safeParse({ limit }).data?.limit;
const failure = (query: object) => itemsQuery.safeParse(query).error?.issues.map(({ path }) => path[0]);

test('a page has 50 features, or the requested number up to 1000', () => {
  expect(limitOf()).toBe(50);
  expect(['1', '20', '1000', '1001', '10000', '999999999999999'].map(limitOf)).toEqual([1, 20, 1000, 1000, 1000, 1000]);
  expect(['0', '-1', '1.5', 'ten', '', '1e3'].map(limitOf)).toEqual(Array(6).fill(undefined));
});

test('a box of the whole globe is dropped, so that all features are counted', () => {
  expect(itemsQuery.parse({ bbox: '-180,-90,180,90' }).bbox).toBeUndefined();
  expect(itemsQuery.parse({ bbox: '-180,-89,180,90' }).bbox).toEqual([-180, -89, 180, 90]);
});

test('a group has two names, which may not differ', () => {
  expect(failure({ group: 'a', groupName: 'a' })).toBeUndefined();
  expect(failure({ group: 'a', groupName: 'b' })).toEqual(['group']);
});

test.each([
  [{ bbox: '1,2,3' }],
  [{ datetime: 'now' }],
  [{ status: 'x' }],
  [{ limit: ['1', '2'] }],
  [{ bbox: ['1,2,3,4', '1,2,3,4'] }],
])('refuses %o', (query) => {
  expect(failure(query)).toEqual(Object.keys(query));
});
