import type { Key, Partition } from './key.ts';
import { type Expression, optional, type Page, type Table } from './table.ts';

/** One page of rows, for lists: from a partition in the order of its keys, or from rows that are all in memory. */

/** Which page to read. */
export interface PageRequest {
  readonly limit: number;
  /** Rows to skip; 0 with a cursor. */
  readonly offset: number;
  /** The position after which the page begins. */
  readonly after: string | undefined;
  /** Whether the caller wants `total`. */
  readonly counted: boolean;
}

/** A page as a store returns it; the next cursor holds `position`. */
export interface PageResult<T> {
  readonly rows: readonly { readonly position: string; readonly item: T }[];
  readonly more: boolean;
  /**
   * The position after which the next page begins, if this page ended before it was full; it may be further than the
   * last row of this page.
   */
  readonly next?: string | undefined;
  readonly total: number | undefined;
  readonly totalCapped: boolean;
}

/** `total` is exact up to these numbers of matching rows and of examined rows. */
export const countLimits = { matches: 10_000, examined: 20_000 };

/** If a filter matches almost nothing, the page ends after this many rows, some 30 MB. */
export const mostExamined = 50_000;
const fewestExamined = 25;
/** Each read of a filtered page is this many times as large as the one before, up to the limit of DynamoDB. */
const growth = 4;

export interface Selection {
  /** Only rows that match. */
  readonly filter?: Expression | undefined;
  /** Only rows whose sort key lies between these two, both included. */
  readonly between?: readonly [first: string, last: string] | undefined;
  /** Greatest sort key first, unless this is false. */
  readonly descending?: boolean;
}

export interface SiftedSelection<R> extends Selection {
  /** A condition that no filter expression can state; it is checked here, on whole rows. */
  readonly passes?: ((row: R) => boolean) | undefined;
}

/**
 * Reads a partition in the order of its sort keys until the page is full, and further if a total is wanted. Positions
 * are sort keys, so rows that are created or deleted between two pages cause no repeated and no missing rows.
 */
export async function pageOfPartition<R extends { readonly sk: string }>(
  table: Table,
  of: Partition,
  page: PageRequest,
  { filter, between, passes, descending = true }: SiftedSelection<R> = {},
): Promise<PageResult<R>> {
  const wanted = page.offset + page.limit + 1;
  const rows: R[] = [];
  let [matched, examined, after] = [0, 0, page.after];
  for (let reads = 0; ; reads++) {
    const missing = Math.max(0, wanted - matched);
    const counting = page.counted && matched <= countLimits.matches && examined <= countLimits.examined;
    const sifts = filter !== undefined || passes !== undefined;
    const toCount = sifts ? countLimits.examined + 1 - examined : countLimits.matches + 1 - matched;
    const toFill = sifts ? Math.max(fewestExamined, missing) * growth ** reads : missing;
    const read: Page<R> = await table.query<R>(of, {
      descending,
      ...optional('filter', filter),
      ...optional('between', between),
      ...optional('after', after),
      pageSize: counting ? Math.max(toCount, missing) : toFill,
      ...(missing === 0 && !passes ? { count: true } : {}),
    });
    const passed = passes ? read.rows.filter(passes) : read.rows;
    rows.push(...passed.slice(Math.max(0, page.offset - matched), missing));
    matched += passes ? passed.length : read.matched;
    examined += read.examined;
    after = read.next;
    if (after === undefined) break;
    if (matched < wanted && (examined < mostExamined || matched < page.offset)) continue;
    if (!page.counted || matched > countLimits.matches || examined > countLimits.examined) break;
  }
  const full = matched >= wanted;
  return {
    rows: rows.slice(0, page.limit).map((item) => ({ position: item.sk, item })),
    more: full || after !== undefined,
    next: full ? undefined : after,
    total: page.counted ? Math.min(matched, countLimits.matches) : undefined,
    totalCapped: page.counted && (after !== undefined || matched > countLimits.matches),
  };
}

/** A page of rows that are all in memory, greatest position first. Positions are unique. */
export function pageOfRows<R>(rows: readonly R[], page: PageRequest, positionOf: (row: R) => string): PageResult<R> {
  const { after } = page;
  const rest = rows
    .map((item) => ({ position: positionOf(item), item }))
    .filter(({ position }) => after === undefined || position < after)
    .sort((a, b) => (a.position < b.position ? 1 : -1));
  return {
    rows: rest.slice(page.offset, page.offset + page.limit),
    more: page.offset + page.limit < rest.length,
    total: page.counted ? rest.length : undefined,
    totalCapped: false,
  };
}

/** The limit of the rows in one response. */
export const bytesOfAnswer = 4 * 1024 * 1024;

/**
 * Rows of many keys, read in waves until they fill a response; there may be fewer rows than keys.
 *
 * @param bytesOf an estimate of the size of a row in a response, rather too low than too high
 */
export async function getUntilFull<R>(
  table: Table,
  keys: readonly Key[],
  aWave: number,
  bytesOf: (row: R) => number,
): Promise<(R | undefined)[]> {
  const rows: (R | undefined)[] = [];
  for (let bytes = 0; rows.length < keys.length && bytes < bytesOfAnswer; ) {
    const wave = await table.getMany<R>(keys.slice(rows.length, rows.length + aWave));
    rows.push(...wave);
    bytes += wave.reduce((sum, row) => sum + (row === undefined ? 0 : bytesOf(row)), 0);
  }
  return rows;
}

/**
 * A page of rows that are found through other rows, such as thin rows, which are read first.
 *
 * @param read reads the rows themselves: it omits those that were deleted meanwhile, and stops when they fill a
 * response
 */
export async function readThrough<R, T>(
  page: PageRequest,
  find: (page: PageRequest) => Promise<PageResult<R>>,
  read: (rows: PageResult<R>['rows']) => Promise<{ readonly rows: PageResult<T>['rows']; readonly isFull: boolean }>,
): Promise<PageResult<T>> {
  const found = await find(page);
  const { rows, isFull } = await read(found.rows);
  if (isFull) return { ...found, rows, more: true, next: undefined };
  const last = found.next ?? found.rows.at(-1)?.position;
  if (rows.length > 0 || !found.more || last === undefined) return { ...found, rows };
  // If all rows of the page were deleted between the two reads, an empty page would look like the last one.
  const next = await readThrough({ ...page, offset: 0, after: last, counted: false }, find, read);
  return { ...next, total: found.total, totalCapped: found.totalCapped };
}

/** The same page, with its rows converted by `show`. */
export function showPage<R, T>(page: PageResult<R>, show: (row: R) => T): PageResult<T> {
  return { ...page, rows: page.rows.map(({ position, item }) => ({ position, item: show(item) })) };
}
