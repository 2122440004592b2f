import { chunksIn, numberIn, readingKeys, yearsOf } from '../table/keys/readings.ts';
import { type Expression, optional, type Page, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { OpenSpan } from '../wire/time-span.ts';
import { type ChunkRow, Minute, minuteMilliseconds, type Reading } from './chunk.ts';
import { longestKept, shownRows } from './retention.ts';

/** The stored readings of a sensor, in order of time. */

const telemetry = new Table('telemetry');

/** The clocks of devices may be ahead by less than this. */
const mostAhead = 3_600_000;

/** The part of a span in which there can be readings or buckets. */
export function possible({ from, to }: OpenSpan): OpenSpan {
  const now = Date.now();
  return { from: Math.max(from, now - longestKept, 0), to: Math.min(to, now + mostAhead) };
}

interface Walk {
  readonly descending?: boolean;
  /** Only rows that meet this condition; by default, the rows that are shown. */
  readonly filter?: Expression;
  /** The number of rows to examine for a page; called before each. If absent, as many as fit into 1 MB. */
  readonly pageSize?: (last: Page<ChunkRow> | undefined) => number;
}

async function* pagesOfChunks(
  tenant: TenantReference,
  sensorId: string,
  span: OpenSpan,
  { descending = false, filter = shownRows(), pageSize }: Walk,
): AsyncGenerator<Page<ChunkRow>> {
  const { from, to } = possible(span);
  if (from >= to) return;
  const years = yearsOf(from, to - 1);
  let last: Page<ChunkRow> | undefined;
  for (const year of descending ? years.reverse() : years) {
    let after: string | undefined;
    do {
      last = await telemetry.query<ChunkRow>(readingKeys.chunks(tenant, sensorId, year), {
        between: chunksIn(from, to - 1),
        descending,
        filter,
        ...optional('pageSize', pageSize?.(last)),
        ...optional('after', after),
      });
      yield last;
      after = last.next;
    } while (after !== undefined);
  }
}

interface Minutes {
  /** The readings of each minute, in the order of the walk. */
  readonly minutes: readonly Reading[][];
  /** The `ttl` of the rows of this page. */
  readonly ttls: readonly number[];
  /** The sort keys of the superseded chunks of these minutes. */
  readonly superseded: readonly string[];
  /** The minute since 1970 at which the next page begins; all minutes before it have been read. */
  readonly next: number | undefined;
}

/** The readings of a span, minute by minute. */
export async function* minutesOf(
  tenant: TenantReference,
  sensorId: string,
  span: OpenSpan,
  walk: Walk,
): AsyncGenerator<Minutes> {
  const whole = (minute: Minute): Reading[] => {
    const readings = minute.readings().filter(({ at }) => at >= span.from && at < span.to);
    return walk.descending ? readings.reverse() : readings;
  };
  // The chunks of a minute may continue on the next page.
  let open: Minute | undefined;
  for await (const page of pagesOfChunks(tenant, sensorId, span, walk)) {
    const { rows } = page;
    const complete: Minute[] = [];
    for (const row of rows) {
      const number = numberIn(row);
      if (open?.number !== number) {
        if (open) complete.push(open);
        open = new Minute(number);
      }
      open.add(row);
    }
    const next = page.next === undefined ? undefined : numberIn({ sk: page.next });
    if (open && next !== undefined && open.number !== next) {
      complete.push(open);
      open = undefined;
    }
    yield {
      minutes: complete.map(whole),
      ttls: rows.map(({ ttl }) => ttl),
      superseded: complete.flatMap((minute) => minute.superseded()),
      next,
    };
  }
  if (open) yield { minutes: [whole(open)], ttls: [], superseded: open.superseded(), next: undefined };
}

interface ReadingsPage {
  /** Empty if all rows of a page have expired. */
  readonly readings: readonly Reading[];
  /** All readings up to this instant have been read; absent if it is the instant of the last reading. */
  readonly upTo?: number;
}

/** Like `pagesOfReadings`, but with empty pages, so that the caller can stop within a long span without readings. */
export async function* walkReadings(
  tenant: TenantReference,
  sensorId: string,
  span: OpenSpan,
  filter?: Expression,
): AsyncGenerator<ReadingsPage> {
  for await (const { minutes, next } of minutesOf(tenant, sensorId, span, optional('filter', filter))) {
    yield { readings: minutes.flat(), ...(next === undefined ? {} : { upTo: next * minuteMilliseconds - 1 }) };
  }
}

/**
 * All readings of a sensor in a span, in order of time, page by page, in constant memory.
 *
 * @param span `from` is included, `to` is not
 */
export async function* pagesOfReadings(
  tenant: TenantReference,
  sensorId: string,
  span: OpenSpan,
  filter?: Expression,
): AsyncGenerator<readonly Reading[]> {
  for await (const { readings } of walkReadings(tenant, sensorId, span, filter)) {
    if (readings.length > 0) yield readings;
  }
}

export interface AskedReadings {
  readonly span: OpenSpan;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** The limit for the bytes of texts; the last page may exceed it. */
  readonly mostBytes: number;
}

/** A chunk may hold one reading or hundreds: the first page shows how many rows the rest needs. */
const firstRows = 100;
const mostRows = 5000;

/** Readings, oldest or newest first; they exceed the limit, or the bytes, if there are more. */
export async function readReadings(
  tenant: TenantReference,
  sensorId: string,
  { span, order, limit, mostBytes }: AskedReadings,
): Promise<Reading[]> {
  const found: Reading[] = [];
  let [examined, bytes] = [0, 0];
  const pageSize = (last: Page<ChunkRow> | undefined): number => {
    examined += last?.examined ?? 0;
    const missing = limit + 1 - found.length;
    if (!last) return Math.min(missing, firstRows);
    const eachRow = Math.max(found.length / Math.max(1, examined), 1 / 16);
    return Math.min(mostRows, Math.ceil(missing / eachRow) + 1);
  };
  for await (const { minutes } of minutesOf(tenant, sensorId, span, { descending: order === 'desc', pageSize })) {
    for (const readings of minutes) {
      found.push(...readings);
      bytes += readings.reduce((sum, { value }) => sum + (typeof value === 'string' ? value.length : 0), 0);
    }
    if (found.length > limit || bytes > mostBytes) break;
  }
  return found;
}
