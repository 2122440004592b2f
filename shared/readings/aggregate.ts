import type { OpenSpan } from '../wire/time-span.ts';
import { Bucket } from './bucket.ts';
import { daysOf, type Interval, isOfMinutes, startFor } from './intervals.ts';
import { type Measured, pagesOfPieces } from './pieces.ts';

/** Aggregates of the readings of a sensor. */

export const functionNames = ['avg', 'min', 'max', 'count', 'sum', 'first', 'last'] as const;
export type FunctionName = (typeof functionNames)[number];

export interface AskedBuckets {
  readonly span: OpenSpan;
  readonly interval: Interval;
  readonly timezone: string;
  /** The most reads at a time. */
  readonly readsAtOnce?: number | undefined;
}

export interface StartedBucket {
  /** When it begins, in milliseconds since 1970; it may begin before the span. */
  readonly start: number;
  readonly bucket: Bucket;
}

/** The buckets of a span that are not empty, in order of time. */
export async function* bucketsOf(sensor: Measured, asked: AskedBuckets): AsyncGenerator<StartedBucket> {
  const { span, interval, timezone, readsAtOnce } = asked;
  const days = daysOf({ ...span, interval, timezone });
  const startOf = startFor(asked, days);
  const unit = isOfMinutes(interval) ? 'minute' : 'hour';
  const cuts = days?.filter((at) => at % 3_600_000 !== 0) ?? [];
  let open: StartedBucket | undefined;
  for await (const pieces of pagesOfPieces(sensor, span, { unit, cuts, readsAtOnce })) {
    for (const { at, bucket } of pieces) {
      const start = startOf(at);
      if (open?.start !== start) {
        if (open) yield open;
        open = { start, bucket: new Bucket(sensor.valueType) };
      }
      open.bucket.join(bucket);
    }
  }
  if (open) yield open;
}

/** All readings of a span in one bucket. */
export async function totalOf(sensor: Measured, span: OpenSpan, readsAtOnce?: number): Promise<Bucket> {
  const total = new Bucket(sensor.valueType);
  for await (const pieces of pagesOfPieces(sensor, span, { unit: 'hour', readsAtOnce })) {
    for (const { bucket } of pieces) total.join(bucket);
  }
  return total;
}
