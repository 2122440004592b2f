import type { Partition } from './key.ts';
import {
  countLimits,
  mostExamined,
  type PageRequest,
  type PageResult,
  pageOfPartition,
  type Selection,
} from './page.ts';
import { optional, type Table } from './table.ts';

/**
 * One page of rows that are spread over several partitions, in the order of their sort keys. No two sort keys are the
 * same.
 */

/** One of the partitions, and how far it has been read. */
export interface Strand<R> {
  readonly of: Partition;
  /** Rows that were read and are not yet in the page. */
  rows: R[];
  /** The sort key after which the next read begins. */
  after: string | undefined;
  isRead: boolean;
}

/** One read unit covers five rows of the outbox. */
const fewestOfStrand = 5;
/** While a filter leaves the page unfilled, each read of a partition is four times as large as the one before. */
const growth = 4;

/**
 * The page that `pageOfPartition` would return if all rows were in one partition. The first read takes from each
 * partition its share of the page and a few rows more, since shares vary by chance. Only partitions whose rows are used
 * up are read again.
 */
export async function pageOfPartitions<R extends { readonly sk: string }>(
  table: Table,
  partitions: readonly Partition[],
  page: PageRequest,
  selection: Selection = {},
): Promise<PageResult<R>> {
  const [only] = partitions;
  if (only !== undefined && partitions.length === 1) return await pageOfPartition<R>(table, only, page, selection);
  const { descending = true } = selection;
  const strands = partitions.map((of): Strand<R> => ({ of, rows: [], after: page.after, isRead: false }));
  const wanted = page.offset + page.limit + 1;
  const found: R[] = [];
  let examined = 0;
  for (let share = Math.ceil((2 * wanted) / strands.length); ; share *= growth) {
    found.push(...takeCertain(strands, wanted - found.length, descending));
    const dry = strands.filter(({ rows, isRead }) => rows.length === 0 && !isRead);
    if (found.length === wanted || dry.length === 0) break;
    if (examined >= mostExamined && found.length >= page.offset) break;
    const pageSize = Math.max(fewestOfStrand, share);
    examined += sum(await Promise.all(dry.map((strand) => readOn(table, strand, selection, pageSize))));
  }
  const isFull = found.length === wanted;
  const unread = strands.filter(({ isRead }) => !isRead);
  const rest = page.counted ? await count(table, strands, selection, found.length, examined) : undefined;
  return {
    rows: found.slice(page.offset, page.offset + page.limit).map((item) => ({ position: item.sk, item })),
    more: isFull || unread.length > 0,
    next: isFull ? undefined : frontierOf(unread, descending),
    total: rest && Math.min(rest.matched, countLimits.matches),
    totalCapped: rest !== undefined && (rest.isCut || rest.matched > countLimits.matches),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);

const comesFirst = (a: string, b: string, descending: boolean): boolean => (descending ? a > b : a < b);

/** Reads the next rows of a partition; returns the number of rows that were examined. */
export async function readOn<R>(
  table: Table,
  strand: Strand<R>,
  selection: Selection,
  pageSize: number,
): Promise<number> {
  const read = await table.query<R>(strand.of, {
    ...optionsOf(selection),
    ...optional('after', strand.after),
    pageSize,
  });
  strand.rows = read.rows;
  strand.after = read.next;
  strand.isRead = read.next === undefined;
  return read.examined;
}

const optionsOf = ({ filter, between, descending = true }: Selection) => ({
  descending,
  ...optional('filter', filter),
  ...optional('between', between),
});

/** The sort key up to which all partitions have been read; undefined if all were read to their end. */
export function frontierOf(unread: readonly Strand<unknown>[], descending: boolean): string | undefined {
  const keys = unread.map(({ after }) => after).filter((after) => after !== undefined);
  return keys.sort((a, b) => (comesFirst(a, b, descending) ? -1 : 1))[0];
}

/** Takes rows in order, until an unread row of some partition might come first. */
export function takeCertain<R extends { readonly sk: string }>(
  strands: readonly Strand<R>[],
  most: number,
  descending: boolean,
): R[] {
  const taken: R[] = [];
  while (taken.length < most) {
    let first: Strand<R> | undefined;
    for (const strand of strands) {
      const [head] = strand.rows;
      if (head && (!first || comesFirst(head.sk, first.rows[0]!.sk, descending))) first = strand;
    }
    const head = first?.rows[0];
    if (!first || !head) break;
    const mayPrecede = ({ rows, isRead, after }: Strand<R>) =>
      rows.length === 0 && !isRead && (after === undefined || !comesFirst(head.sk, after, descending));
    if (strands.some(mayPrecede)) break;
    taken.push(head);
    first.rows.shift();
  }
  return taken;
}

interface Count {
  readonly matched: number;
  /** Whether there may be more rows, which were not counted. */
  readonly isCut: boolean;
}

/** Counts all rows that match, up to the limits of `pageOfPartition`. */
async function count(
  table: Table,
  strands: readonly Strand<unknown>[],
  selection: Selection,
  found: number,
  examined: number,
): Promise<Count> {
  let [matched, looked] = [found + sum(strands.map(({ rows }) => rows.length)), examined];
  let open = strands.filter(({ isRead }) => !isRead).map(({ of, after }) => ({ of, after }));
  while (open.length > 0 && matched <= countLimits.matches && looked <= countLimits.examined) {
    const pageSize = Math.ceil((countLimits.examined + 1 - looked) / open.length);
    const reads = await Promise.all(
      open.map(({ of, after }) =>
        table.query(of, { ...optionsOf(selection), ...optional('after', after), pageSize, count: true }),
      ),
    );
    matched += sum(reads.map((read) => read.matched));
    looked += sum(reads.map((read) => read.examined));
    open = open.map(({ of }, i) => ({ of, after: reads[i]?.next })).filter(({ after }) => after !== undefined);
  }
  return { matched, isCut: open.length > 0 };
}
