import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { cutPage, type ListQuery, listQuery, readPage, renderList } from '../../../shared/http/list.ts';
import { parseQuery } from '../../../shared/http/query.ts';
import type { PageRequest } from '../../../shared/table/page.ts';
import { repeated } from '../../../shared/wire/schema.ts';
import { request, tenant } from '../support/people.ts';

const hour = 3_600_000;
const now = Date.parse('2026-03-22T10:00:00Z');
const mine = tenant(1);

const filtered = listQuery({
  status: z.string().optional(),
  group: z.string().optional(),
  tag: repeated(z.string(), 20),
  n: z.string().transform(Number).optional(),
});
const parse = (rawQuery: string) => filtered.parse({ ...parseQuery(rawQuery) }) as unknown as ListQuery;
const asked = (rawQuery: string) => {
  const query = parseQuery(rawQuery);
  return request({ rawQuery, query, parsedQuery: { ...parse(rawQuery) }, path: '/api/v1/things' });
};
const read = (rawQuery: string, operation = 'listThings', of = mine) =>
  readPage(operation, of, asked(rawQuery), parse(rawQuery));

/** A cursor of `listThings` for a query. */
function cursorAfter(position: string, rawQuery = '', operation = 'listThings', of = mine): string {
  const result = { rows: [{ position, item: 1 }], more: true, total: undefined, totalCapped: false };
  const { headers } = renderList('bare', operation, of, asked(rawQuery), page({}), result);
  return headers['X-Next-Cursor'] ?? '';
}

const page = (given: Partial<PageRequest>): PageRequest => ({
  limit: 50,
  offset: 0,
  after: undefined,
  counted: true,
  ...given,
});
const refused = expect.objectContaining({ code: 'CURSOR_INVALID' });

beforeEach(() => {
  vi.useFakeTimers({ now });
  vi.stubEnv('ORIGIN_VERIFY', 'a secret of the deployment');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe('a cursor', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const position = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  /** One of each except tags, which may be repeated. */
  const filters = fc
    .record({ status: text, group: text, tag: fc.array(text, { maxLength: 3 }) }, { requiredKeys: [] })
    .map((given) =>
      Object.entries(given).flatMap(([name, values]) =>
        [values].flat().map((value): [string, string] => [name, value]),
      ),
    );
  const query = (pairs: [string, string][]) => new URLSearchParams(pairs).toString();

  test('continues after the position at which it was created, whatever the filters', () => {
    fc.assert(
      fc.property(position, filters, fc.integer({ min: 1, max: 200 }), (position, pairs, limit) => {
        const cursor = cursorAfter(position, query(pairs));
        const again = query([...pairs, ['cursor', cursor], ['limit', String(limit)]]);
        expect(read(again)).toEqual({ limit, offset: 0, after: position, counted: false });
      }),
    );
  });

  test('is invalid if the list never returned its position', () => {
    for (const forged of ['', 'x'.repeat(257)]) {
      const query = `cursor=${cursorAfter(forged, '')}`;
      expect(() => read(query)).toThrow(refused);
    }
  });

  test('does not hold for other filters', () => {
    fc.assert(
      fc.property(text, filters, filters, (position, made, used) => {
        const kept = (pairs: [string, string][]) =>
          JSON.stringify([...new Set(pairs.map((pair) => pair.join('=')))].sort());
        fc.pre(kept(made) !== kept(used));
        const again = query([...used, ['cursor', cursorAfter(position, query(made))]]);
        expect(() => read(again)).toThrow(refused);
      }),
    );
  });

  test('holds for the same filters however they are spelled and ordered', () => {
    const cursor = cursorAfter('p', 'status=a&group=b%20c&n=1&tag=x&tag=y&limit=10&_=1');
    const same = [
      'tag=y&group=b+c&n=1.0&tag=x&tag=y&status=a&limit=20&_=2&utm_source=x',
      'tag=x&tag=y&status=%61&group=b c&n=01',
    ];
    for (const query of same) expect(read(`${query}&cursor=${cursor}`).after).toBe('p');
    for (const query of [
      'tag=x&status=a&group=b c&n=1',
      'tag=x&tag=y&status=b&group=b c&n=1',
      'tag=x&tag=y&status=a&group=b c&n=2',
    ]) {
      expect(() => read(`${query}&cursor=${cursor}`)).toThrow(refused);
    }
  });

  test('goes with an offset of 0, which clients send as a default', () => {
    const { success } = listQuery({}).safeParse({ cursor: 'c', offset: '0' });
    expect([success, listQuery({}).safeParse({ cursor: 'c', offset: '1' }).success]).toEqual([true, false]);
    const { data } = listQuery({}, { skip: true }).safeParse({ cursor: 'c', skip: '0' });
    expect(data).toMatchObject({ cursor: 'c' });
  });

  test('does not hold where the deployment has another secret', () => {
    const cursor = cursorAfter('p');
    vi.stubEnv('ORIGIN_VERIFY', 'another secret');
    expect(() => read(`cursor=${cursor}`)).toThrow(refused);
  });

  test('does not hold for another list or another tenant', () => {
    const cursor = cursorAfter('p');
    expect(() => read(`cursor=${cursor}`, 'listOthers')).toThrow(refused);
    expect(() => read(`cursor=${cursor}`, 'listThings', tenant(2))).toThrow(refused);
    expect(() => read(`cursor=${cursorAfter('p', '', 'listOthers')}`)).toThrow(refused);
  });

  test('does not hold for the same list of another object', () => {
    const of = (id: string) => ({ ...asked(''), params: { id } });
    const result = { rows: [{ position: 'p', item: 1 }], more: true, total: undefined, totalCapped: false };
    const { cursor } = cutPage('listThings', mine, of('a'), result);
    const query = { limit: 50, cursor: cursor! };
    expect(readPage('listThings', mine, of('a'), query).after).toBe('p');
    expect(() => readPage('listThings', mine, of('b'), query)).toThrow(refused);
  });

  test('holds for 24 hours', () => {
    const cursor = cursorAfter('p');
    vi.setSystemTime(now + 24 * hour - 1);
    expect(read(`cursor=${cursor}`).after).toBe('p');
    vi.setSystemTime(now + 24 * hour);
    expect(() => read(`cursor=${cursor}`)).toThrow(refused);
  });

  test('is refused when any part of its content was changed', () => {
    const parts = JSON.parse(Buffer.from(cursorAfter('p'), 'base64url').toString()) as [string, number, string];
    const forged: unknown[] = [
      ['q', parts[1], parts[2]],
      [parts[0], parts[1] + 1, parts[2]],
      [parts[0], parts[1], parts[2].replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))],
      [parts[0], parts[1]],
      [parts[0], String(parts[1]), parts[2]],
      [parts[0], null, parts[2]],
      { 0: 'p' },
      null,
      'p',
    ];
    for (const what of forged) {
      const cursor = Buffer.from(JSON.stringify(what)).toString('base64url');
      expect(() => read(`cursor=${cursor}`), JSON.stringify(what)).toThrow(refused);
    }
  });

  test('any text is a cursor or is refused; none makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.base64String()), (cursor) => {
        expect(() => read(new URLSearchParams({ cursor }).toString())).toThrow(refused);
      }),
    );
  });
});

describe('paging parameters', () => {
  test('have defaults, and limits of the contract', () => {
    expect(read('')).toEqual({ limit: 50, offset: 0, after: undefined, counted: true });
    expect(read('limit=200&offset=10000')).toMatchObject({ limit: 200, offset: 10_000 });
    for (const bad of [
      'limit=0',
      'limit=201',
      'limit=x',
      'limit=1.5',
      'limit=',
      'offset=-1',
      'offset=x',
      'limit=1&limit=2',
    ])
      expect(() => read(bad), bad).toThrow();
    expect(() => read('offset=10001')).toThrow(
      expect.objectContaining({ code: 'OFFSET_TOO_LARGE', details: { max_offset: 10_000 } }),
    );
  });
});

describe('skip', () => {
  const withSkip = listQuery({}, { skip: true });
  const readSkip = (rawQuery: string) =>
    readPage('listThings', mine, asked(rawQuery), withSkip.parse({ ...parseQuery(rawQuery) }) as ListQuery);
  const refusals = (rawQuery: string) =>
    withSkip
      .safeParse({ ...parseQuery(rawQuery) })
      .error?.issues.map(({ path, ...issue }) => [path[0], 'params' in issue ? issue.params?.type : issue.code]);

  test('means what offset means', () => {
    for (const query of ['skip=7', 'offset=7', 'skip=7&offset=7', 'skip=07&offset=7']) {
      expect(readSkip(query), query).toMatchObject({ offset: 7, counted: true });
    }
    expect(() => readSkip('skip=10001')).toThrow(
      expect.objectContaining({
        code: 'OFFSET_TOO_LARGE',
        message: expect.stringContaining('skip'),
        details: { max_offset: 10_000 },
      }),
    );
  });

  test('may not differ from offset, and may not be sent with a cursor', () => {
    expect(refusals('skip=1&offset=2')).toEqual([['skip', 'conflict']]);
    expect(refusals('skip=0&offset=2')).toEqual([['skip', 'conflict']]);
    expect(refusals('skip=1&cursor=c')).toEqual([['cursor', 'conflict']]);
    expect(refusals('skip=1&offset=1&cursor=c')).toEqual([['cursor', 'conflict']]);
    for (const bad of ['skip=-1', 'skip=x', 'skip=', 'skip=1.5', 'skip=1&skip=2']) {
      expect(refusals(bad), bad).toEqual([['skip', expect.stringMatching(/^invalid_/)]]);
    }
  });

  test('is ignored by lists that do not know it', () => {
    expect(read('skip=x&offset=2')).toMatchObject({ offset: 2 });
    expect(read('skip=5')).toMatchObject({ offset: 0 });
  });

  test('leaves the link to the next page to offset alone', () => {
    const result = { rows: [{ position: 'p', item: 1 }], more: true, total: 9, totalCapped: false };
    const { headers } = renderList(
      'bare',
      'listThings',
      mine,
      asked('skip=4&limit=1'),
      page({ limit: 1, offset: 4 }),
      result,
    );
    expect(headers.Link).toBe('<https://api.example.com/api/v1/things?limit=1&offset=5>; rel="next"');
  });
});

describe('a page', () => {
  const rows = (count: number, item: unknown = { id: 1 }) =>
    Array.from({ length: count }, (_, i) => ({ position: `p${i}`, item }));
  const found = (given: object) => ({ rows: rows(2), more: false, total: 812, totalCapped: false, ...given });
  const rendered = (
    style: 'camelCase' | 'snake_case' | 'bare',
    given: object = {},
    of: Partial<PageRequest> = {},
    q = '',
  ) => {
    const { body, headers } = renderList(style, 'listThings', mine, asked(q), page(of), found(given));
    return { body: body as Record<string, unknown>, headers };
  };

  test('has the envelope of its letter case', () => {
    const shared = { data: [{ id: 1 }, { id: 1 }], total: 812, offset: 0, limit: 50 };
    expect(rendered('camelCase').body).toEqual({ ...shared, nextCursor: null });
    expect(rendered('snake_case').body).toEqual({ ...shared, next_cursor: null });
    expect(rendered('bare').body).toEqual(shared.data);
    expect(rendered('bare').headers).toEqual({ 'X-Total-Count': '812' });
  });

  test('with more to come has a cursor for the last row and a link, in every style', () => {
    for (const style of ['camelCase', 'snake_case', 'bare'] as const) {
      const { body, headers } = rendered(
        style,
        { more: true },
        { limit: 2, offset: 4 },
        'status=active&offset=4&limit=2',
      );
      const cursor = { camelCase: body.nextCursor, snake_case: body.next_cursor, bare: headers['X-Next-Cursor'] }[
        style
      ];
      expect(read(`status=active&cursor=${cursor}`).after).toBe('p1');
      expect(headers.Link).toBe('<https://api.example.com/api/v1/things?status=active&offset=6&limit=2>; rel="next"');
    }
  });

  test('has a link with a cursor if the request had a cursor, or if the offset would be too large', () => {
    for (const [of, q] of [
      [{ counted: false, after: 'x' }, 'status=1&cursor=old'],
      [{ offset: 9999 }, 'status=1&offset=9999'],
    ] as const) {
      const { headers } = rendered('camelCase', { more: true }, of, q);
      const next = new URL(/<(.*)>/.exec(headers.Link ?? '')?.[1] ?? '');
      expect(next.searchParams.get('offset')).toBeNull();
      expect(next.searchParams.getAll('cursor')).toHaveLength(1);
      expect(read(next.search.slice(1)).after).toBe('p1');
    }
  });

  test('that ended before it was full continues where it ended, with a cursor even if it began with an offset', () => {
    for (const rows of [[], [{ position: 'p0', item: 1 }]]) {
      const { body, headers } = rendered('camelCase', { rows, more: true, next: 'p7' });
      expect(read(`cursor=${body.nextCursor}`).after).toBe('p7');
      const link = new URL(/<(.*)>/.exec(headers.Link ?? '')?.[1] ?? '');
      expect([link.searchParams.get('offset'), read(link.search.slice(1)).after]).toEqual([null, 'p7']);
    }
  });

  test('by cursor has neither total nor offset; a stopped count says so', () => {
    const { body, headers } = rendered('camelCase', { total: undefined }, { counted: false, after: 'x' });
    expect(body).toMatchObject({ total: null, offset: null });
    expect(headers).toEqual({});
    expect(rendered('camelCase', { totalCapped: true }).headers['X-Total-Capped']).toBe('true');
  });

  test('without rows is empty and the last one', () => {
    const { body, headers } = rendered('camelCase', { rows: [], total: 0 });
    expect(body).toMatchObject({ data: [], total: 0, nextCursor: null });
    expect(headers).toEqual({ 'X-Total-Count': '0' });
  });

  test('is cut below 4 MiB, and its cursor and link count the rows really sent', () => {
    const megabyte = 'x'.repeat(1024 * 1024);
    const { body, headers } = rendered('camelCase', { rows: rows(10, megabyte) });
    expect(body.data).toHaveLength(3);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(4 * 1024 * 1024);
    expect(headers).toMatchObject({ 'X-Page-Cut': 'true' });
    expect(headers.Link).toContain('offset=3&');
    expect(read(`cursor=${body.nextCursor}`).after).toBe('p2');
  });

  test('is never cut to nothing, and sizes are bytes, not characters', () => {
    const huge = rendered('camelCase', { rows: rows(2, 'x'.repeat(5 * 1024 * 1024)) });
    expect(huge.body.data).toHaveLength(1);
    const wide = rendered('camelCase', { rows: rows(3, 'ä'.repeat(1024 * 1024)) });
    expect(wide.body.data).toHaveLength(1);
    expect(rendered('camelCase', { rows: rows(200) }).headers).not.toHaveProperty('X-Page-Cut');
  });
});
