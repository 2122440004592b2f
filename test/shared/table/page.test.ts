import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outboxKeys } from '../../../shared/table/keys/outbox.ts';
import {
  type PageRequest,
  type PageResult,
  pageOfPartition,
  pageOfRows,
  showPage,
} from '../../../shared/table/page.ts';
import { Table } from '../../../shared/table/table.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

let database: DynamoDbFake;
beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

interface Thing {
  readonly sk: string;
  readonly colour: string;
}

const main = new Table('main');
const partition = outboxKeys.events(tenant(1).reference, 0);
const neighbour = outboxKeys.events(tenant(2).reference, 0);
const colours = ['red', 'blue'] as const;

const put = (sk: string, colour: string, pk: string = partition) => database.set('main', { pk, sk, colour });
const first = (more: Partial<PageRequest> = {}): PageRequest => ({
  limit: 50,
  offset: 0,
  after: undefined,
  counted: true,
  ...more,
});
const colourIs = (colour: string | undefined) =>
  colour === undefined ? undefined : { expression: 'colour = :colour', values: { ':colour': colour } };
const read = (page: PageRequest, colour?: string, between?: readonly [string, string], descending = true) =>
  pageOfPartition<Thing>(main, partition, page, { filter: colourIs(colour), between, descending });
const names = (page: PageResult<Thing>) => page.rows.map(({ item }) => item.sk);
const queries = () => database.calls.filter(({ operation }) => operation === 'QueryCommand').map(({ input }) => input);

/** The meaning of a list, in the simplest code. */
function naive(things: Map<string, string>, page: PageRequest, selected: Selected) {
  const { colour, between, descending } = selected;
  const matching = [...things]
    .filter(([, is]) => colour === undefined || is === colour)
    .map(([sk]) => sk)
    .filter((sk) => !between || (between[0] <= sk && sk <= between[1]))
    .sort((a, b) => (a < b === descending ? 1 : -1));
  const rest = matching.filter((sk) => page.after === undefined || (descending ? sk < page.after : sk > page.after));
  return {
    rows: rest.slice(page.offset, page.offset + page.limit),
    more: rest.length > page.offset + page.limit,
    total: page.counted ? matching.length : undefined,
  };
}

interface Selected {
  readonly colour: string | undefined;
  readonly between: readonly [string, string] | undefined;
  readonly descending: boolean;
}

describe('pages of a partition', () => {
  const sk = fc.integer({ min: 0, max: 60 }).map((n) => `k${String(n).padStart(2, '0')}`);
  const colour = fc.constantFrom(...colours);
  const bounds = fc.tuple(sk, sk).map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const)));
  const change = fc.record({ kind: fc.constantFrom('put', 'delete'), sk, colour });
  const run = fc.record({
    things: fc.dictionary(sk, colour, { maxKeys: 60 }),
    selected: fc.record({
      colour: fc.option(colour, { nil: undefined }),
      between: fc.option(bounds, { nil: undefined }),
      descending: fc.boolean(),
    }),
    limit: fc.integer({ min: 1, max: 12 }),
    offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 70 })),
    rowsOfARead: fc.integer({ min: 1, max: 20 }),
    changes: fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 12 }),
  });

  test('are those of a plain list, whatever is added and removed between them; what stays is shown once', async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ things, selected, limit, offset, rowsOfARead, changes }) => {
        database.restore();
        database = new DynamoDbFake();
        database.pageRows = rowsOfARead;
        const present = new Map(Object.entries(things));
        for (const [name, is] of present) put(name, is);
        put('k30', 'red', neighbour);
        const stayed = new Set(naive(present, first({ limit: 1000 }), selected).rows.slice(offset));
        const seen: string[] = [];
        let page = first({ limit, offset });
        for (let number = 0; ; number++) {
          const got = await read(page, selected.colour, selected.between, selected.descending);
          const { rows, more, total } = naive(present, page, selected);
          expect({ rows: names(got), more: got.more, total: got.total }).toEqual({ rows, more, total });
          expect([got.totalCapped, got.next]).toEqual([false, undefined]);
          seen.push(...rows);
          if (!got.more) break;
          page = { limit, offset: 0, after: got.rows.at(-1)!.position, counted: false };
          for (const { kind, sk: name, colour: is } of changes[number] ?? []) {
            stayed.delete(name);
            if (kind === 'delete') {
              present.delete(name);
              database.remove('main', partition, name);
            } else {
              present.set(name, is);
              put(name, is);
            }
          }
        }
        expect(new Set(seen).size, 'nothing twice').toBe(seen.length);
        expect([...stayed].filter((name) => !seen.includes(name))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  const fill = (count: number, colourOf: (i: number) => string = () => 'red') => {
    for (let i = 0; i < count; i++) put(String(i).padStart(6, '0'), colourOf(i));
    database.pageRows = 7000;
  };

  test('read no more than a page where no total is wanted', async () => {
    fill(300);
    await read(first({ limit: 20, after: '000200', counted: false }));
    expect(queries().map(({ Limit }) => Limit)).toEqual([21]);
  });

  test('with a filter read in steps that grow, and begin small', async () => {
    fill(3000, (i) => (i % 500 === 0 ? 'blue' : 'red'));
    await read(first({ limit: 2, counted: false }), 'blue');
    expect(queries().map(({ Limit }) => Limit)).toEqual([25, 100, 400, 1600]);
  });

  test('only count the rows behind the page', async () => {
    fill(9000);
    const page = await read(first({ limit: 10 }));
    expect(page).toMatchObject({ total: 9000, more: true, totalCapped: false });
    expect(queries().map(({ Select }) => Select)).toEqual([undefined, 'COUNT']);
  });

  test.each([
    [9_999, 9_999, false],
    [10_000, 10_000, false],
    [10_001, 10_000, true],
    [12_000, 10_000, true],
  ])('of %i rows: total %i, capped %s', async (count, total, totalCapped) => {
    fill(count);
    expect(await read(first())).toMatchObject({ total, totalCapped, more: true });
    expect((await read(first({ offset: 9_990, limit: 5 }))).rows).toHaveLength(5);
  });

  test.each([
    [20_000, 200, false],
    [20_001, 200, true],
    [25_000, 200, true],
  ])('of %i rows of which every hundredth matches: total %i, capped %s', async (count, total, totalCapped) => {
    fill(count, (i) => ((count - 1 - i) % 100 === 0 ? 'blue' : 'red'));
    const page = await read(first(), 'blue');
    expect(page.totalCapped).toBe(totalCapped);
    expect(page.total).toBeGreaterThanOrEqual(total);
    expect(page.total).toBeLessThanOrEqual(total + 1);
  });

  test('a page is filled beyond the limits of counting', async () => {
    fill(30_000, (i) => (i < 10 ? 'blue' : 'red'));
    const page = await read(first(), 'blue');
    expect(names(page)).toHaveLength(10);
    expect(page).toMatchObject({ more: false, next: undefined });
  });

  test('a page that would examine too much ends before it is full, with a cursor for the rest', async () => {
    fill(60_000, (i) => (i % 30_000 === 0 ? 'blue' : 'red'));
    const begun = await read(first(), 'blue');
    expect(begun).toMatchObject({ more: true, total: 1, totalCapped: true, next: expect.any(String) });
    const rest = await read(first({ counted: false, after: begun.next! }), 'blue');
    expect(rest).toMatchObject({ more: false, next: undefined });
    expect([names(begun), names(rest)]).toEqual([['030000'], ['000000']]);
  });

  test('an offset is counted to its end, so that the page begins at the right row', async () => {
    fill(60_000, (i) => (i === 0 || i === 2 ? 'blue' : 'red'));
    const page = await read(first({ offset: 1 }), 'blue');
    expect([names(page), page.more]).toEqual([['000000'], false]);
  });
});

describe('pages of rows that were read whole', () => {
  test('are those of a plain list, in any order of reading', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 2 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 35 }),
        (ids, limit, offset) => {
          const sorted = [...ids].sort((a, b) => (a < b ? 1 : -1));
          const start = pageOfRows(ids, first({ limit, offset }), (id) => id);
          expect(start.rows.map(({ item }) => item)).toEqual(sorted.slice(offset, offset + limit));
          expect([start.total, start.totalCapped]).toEqual([ids.length, false]);
          const seen: string[] = [];
          for (let page = first({ limit }); ; ) {
            const got = pageOfRows(ids, page, (id) => id);
            seen.push(...got.rows.map(({ item }) => item));
            if (!got.more) break;
            page = { limit, offset: 0, after: got.rows.at(-1)!.position, counted: false };
          }
          expect(seen).toEqual(sorted);
        },
      ),
    );
  });

  test('continue if the row of the cursor was deleted', () => {
    const page = pageOfRows(['a', 'b', 'd'], first({ after: 'c', counted: false }), (id) => id);
    expect(page.rows.map(({ item }) => item)).toEqual(['b', 'a']);
    expect(page.total).toBeUndefined();
  });
});

test('a page of what rows are shown as keeps its positions and its count', () => {
  const page = pageOfRows([{ id: 'a' }, { id: 'b' }], first({ limit: 1 }), ({ id }) => id);
  expect(showPage(page, ({ id }) => id.toUpperCase())).toEqual({
    rows: [{ position: 'b', item: 'B' }],
    more: true,
    total: 2,
    totalCapped: false,
  });
});
