import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outboxKeys } from '../../../shared/table/keys/outbox.ts';
import { pageOfPartitions } from '../../../shared/table/merged-page.ts';
import { type PageRequest, pageOfPartition, type Selection } from '../../../shared/table/page.ts';
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
const { reference } = tenant(1);
const partitions = (number: number) =>
  Array.from({ length: number }, (_, shard) => outboxKeys.events(reference, shard));
/** The same rows, all in one partition. */
const whole = outboxKeys.events(tenant(2).reference, 0);
const put = (sk: string, colour: string, pk: string) => {
  database.set('main', { pk, sk, colour });
  database.set('main', { pk: whole, sk, colour });
};
const first = (more: Partial<PageRequest> = {}): PageRequest => ({
  limit: 50,
  offset: 0,
  after: undefined,
  counted: true,
  ...more,
});
const colourIs = (colour: string) => ({ expression: 'colour = :colour', values: { ':colour': colour } });
const queries = () => database.calls.filter(({ operation }) => operation === 'QueryCommand').map(({ input }) => input);

describe('a page of several partitions', () => {
  const sk = fc.integer({ min: 0, max: 80 }).map((n) => `k${String(n).padStart(2, '0')}`);
  const colour = fc.constantFrom('red', 'blue');
  const bounds = fc.tuple(sk, sk).map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const)));
  const run = fc.record({
    things: fc.dictionary(sk, fc.tuple(colour, fc.nat(99)), { maxKeys: 80 }),
    many: fc.integer({ min: 1, max: 6 }),
    selection: fc.record({
      filter: fc.option(colour.map(colourIs), { nil: undefined }),
      between: fc.option(bounds, { nil: undefined }),
      descending: fc.boolean(),
    }),
    limit: fc.integer({ min: 1, max: 12 }),
    offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 70 })),
    rowsOfARead: fc.integer({ min: 1, max: 20 }),
  });

  test('is the page of one partition that holds all of their rows, to the end of the list', async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ things, many, selection, limit, offset, rowsOfARead }) => {
        database.restore();
        database = new DynamoDbFake();
        database.pageRows = rowsOfARead;
        const shards = partitions(many);
        for (const [name, [is, shard]] of Object.entries(things)) put(name, is, shards[shard % many]!);
        for (let page = first({ limit, offset }); ; ) {
          const got = await pageOfPartitions<Thing>(main, shards, page, selection);
          const expected = await pageOfPartition<Thing>(main, whole, page, selection);
          const shown = (of: typeof got) => ({
            ...of,
            rows: of.rows.map(({ position, item }) => [position, item.sk, item.colour]),
          });
          expect(shown(got)).toEqual(shown(expected));
          if (!got.more) break;
          page = { limit, offset: 0, after: got.rows.at(-1)!.position, counted: false };
        }
      }),
      { numRuns: 300 },
    );
  });

  /** Numbered rows, spread as a hash would spread them. */
  const fill = (count: number, many: number, colourOf: (i: number) => string = () => 'red') => {
    const shards = partitions(many);
    for (let i = 0; i < count; i++) {
      database.set('main', { pk: shards[(i * 7919) % many]!, sk: String(i).padStart(6, '0'), colour: colourOf(i) });
    }
    database.pageRows = 7000;
    return shards;
  };

  test('reads of each partition its part and some more, at once', async () => {
    const shards = fill(3200, 32);
    await pageOfPartitions(main, shards, first({ limit: 50, after: '002000', counted: false }));
    expect(queries().length).toBeLessThanOrEqual(40);
    expect(
      new Set(
        queries()
          .slice(0, 32)
          .map(({ Limit }) => Limit),
      ),
    ).toEqual(new Set([5]));
  });

  test('of one partition costs what it did before', async () => {
    const shards = fill(300, 1);
    const page = first({ limit: 20, after: '000200', counted: false });
    await pageOfPartitions(main, shards, page);
    expect(queries().map(({ Limit }) => Limit)).toEqual([21]);
  });

  test.each([
    [9_999, 9_999, false],
    [10_001, 10_000, true],
    [12_000, 10_000, true],
  ])('of %i rows: total %i, capped %s', async (count, total, totalCapped) => {
    expect(await pageOfPartitions(main, fill(count, 4), first())).toMatchObject({ total, totalCapped, more: true });
  });

  test.each([
    [20_000, 200, false],
    [25_000, 200, true],
  ])('of %i rows of which every hundredth matches: total about %i, capped %s', async (count, total, totalCapped) => {
    const shards = fill(count, 4, (i) => ((count - 1 - i) % 100 === 0 ? 'blue' : 'red'));
    const page = await pageOfPartitions(main, shards, first(), { filter: colourIs('blue') });
    expect(page.totalCapped).toBe(totalCapped);
    expect(page.total).toBeGreaterThanOrEqual(total);
    expect(page.total).toBeLessThanOrEqual(total + 50);
  });

  test('that would examine too much ends before it is full, with a cursor for the rest', async () => {
    const shards = fill(200_000, 4, (i) => (i % 150_000 === 0 ? 'blue' : 'red'));
    const filter: Selection = { filter: colourIs('blue') };
    const seen: string[] = [];
    let [page, pages] = [first({ counted: false }), 0];
    for (; ; pages++) {
      const got = await pageOfPartitions<Thing>(main, shards, page, filter);
      seen.push(...got.rows.map(({ item }) => item.sk));
      if (!got.more) break;
      page = first({ counted: false, after: got.next! });
    }
    expect([seen, pages]).toEqual([['150000', '000000'], expect.any(Number)]);
    expect(pages).toBeGreaterThan(0);
  }, 60_000);
});
