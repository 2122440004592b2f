/** The buckets that answers show: where they begin and end. */

export const intervals = ['1m', '5m', '15m', '1h', '6h', '1d'] as const;
export type Interval = (typeof intervals)[number];

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const lengths: Readonly<Record<Interval, number>> = {
  '1m': minute,
  '5m': 5 * minute,
  '15m': 15 * minute,
  '1h': hour,
  '6h': 6 * hour,
  '1d': day,
};

/** The most buckets of an answer. */
export const mostBuckets = 5000;

export const isOfMinutes = (interval: Interval): boolean => lengths[interval] < hour;

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly interval: Interval;
  readonly timezone: string;
}

/** How many buckets a span may have; days may be an hour shorter or longer. */
export function countOf({ from, to, interval }: Omit<Asked, 'timezone'>): number {
  const length = lengths[interval];
  return from >= to ? 0 : Math.floor((to - 1) / length) - Math.floor(from / length) + 1;
}

/**
 * The beginnings of the buckets of a span, in order of time, for the days of a time zone; undefined for buckets that
 * begin at multiples of their length since 1970.
 */
export function daysOf({ from, to, interval, timezone }: Asked): number[] | undefined {
  if (interval !== '1d' || timezone === 'UTC') return undefined;
  const zone = new Zone(timezone);
  const starts: number[] = [];
  for (let date = zone.dateOf(from); date <= zone.dateOf(to - 1); date++) {
    const start = zone.startOf(date);
    // A date that the zone has skipped has no hours.
    if (start !== starts.at(-1)) starts.push(start);
  }
  return starts;
}

/** The beginning of the bucket of an instant. */
export function startFor({ interval }: Pick<Asked, 'interval'>, days: readonly number[] | undefined) {
  const length = lengths[interval];
  if (!days) return (at: number): number => at - (((at % length) + length) % length);
  let next = 0;
  // Instants come in order of time.
  return (at: number): number => {
    while (next < days.length && days[next]! <= at) next += 1;
    return days[Math.max(0, next - 1)]!;
  };
}

/**
 * The first and the last instant of a date in a time zone; the last is before the first if the zone has skipped it.
 *
 * @param date in days since 1970
 */
export function dayIn(timezone: string, date: number): { readonly from: number; readonly to: number } {
  const zone = new Zone(timezone);
  return { from: zone.startOf(date), to: zone.startOf(date + 1) - 1 };
}

/** Dates of a time zone, counted in days since 1970. */
class Zone {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      ...numeric,
      second: 'numeric',
      hourCycle: 'h23',
      era: 'short',
    });
  }

  /** How far the clocks of the zone are ahead of UTC, in milliseconds. */
  #offset(at: number): number {
    const parts = this.#format.formatToParts(at);
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((one) => one.type === type)?.value);
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return local - Math.floor(at / 1000) * 1000;
  }

  dateOf(at: number): number {
    return Math.floor((at + this.#offset(at)) / day);
  }

  /** The first instant of a date; that of the next date if the zone has skipped it. */
  startOf(date: number): number {
    const midnight = date * day;
    for (const near of [-12 * hour, 12 * hour]) {
      const start = midnight - this.#offset(midnight + near);
      if (this.dateOf(start) >= date && this.dateOf(start - 1) < date) return start;
    }
    let [before, from] = [midnight - 36 * hour, midnight + 36 * hour];
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      if (this.dateOf(middle) >= date) from = middle;
      else before = middle;
    }
    return from;
  }
}
