import { expect, test } from 'vitest';
import { readFeatures } from '../../../shared/ogc/paging.ts';
import type { PageRequest, PageResult } from '../../../shared/table/page.ts';

const first: PageRequest = { limit: 2, offset: 0, after: undefined, counted: true };
const row = (position: string) => ({ position, item: position });
const page = (rows: string[], more: Partial<PageResult<string>> = {}): PageResult<string> => ({
  rows: rows.map(row),
  more: false,
  total: undefined,
  totalCapped: false,
  ...more,
});

test('later pages know what the first one counted', async () => {
  const begin = await readFeatures(first, async () => page(['d', 'c'], { more: true, total: 4 }));
  expect(begin.matched).toBe(4);
  const asked: unknown[] = [];
  const after = begin.rows.at(-1)!.position;
  const next = await readFeatures({ ...first, after, counted: false }, async (from) => {
    asked.push(from.after);
    return page(['b'], { more: true, next: 'a' });
  });
  expect(asked).toEqual(['c']);
  expect(next).toMatchObject({ matched: 4, total: undefined, next: '4~a', rows: [{ position: '4~b', item: 'b' }] });
});

test('what was not counted stays uncounted, whatever a position looks like', async () => {
  const begin = await readFeatures(first, async () => page(['1~x'], { more: true, total: 10_000, totalCapped: true }));
  expect(begin).toMatchObject({ matched: undefined, total: 10_000, totalCapped: true });
  const after = begin.rows[0]!.position;
  const next = await readFeatures({ ...first, after }, async (from) => page([from.after!]));
  expect(next).toMatchObject({ matched: undefined, rows: [{ item: '1~x' }] });
});

test('an empty page that is not the last is read on, and keeps the count of the first', async () => {
  const answers = [page([], { more: true, next: 'm', total: 1 }), page([], { more: true, next: 'f' }), page(['b'])];
  const asked: PageRequest[] = [];
  const found = await readFeatures(first, async (from) => {
    asked.push(from);
    return answers[asked.length - 1]!;
  });
  expect(asked.map(({ after, counted }) => [after, counted])).toEqual([
    [undefined, true],
    ['m', false],
    ['f', false],
  ]);
  expect(found).toMatchObject({ matched: 1, more: false, rows: [{ item: 'b' }] });
});
