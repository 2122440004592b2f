import { isInOrder, type OpenSpan, openSpanOf } from '../wire/time-span.ts';
import { dayIn, type Interval } from './intervals.ts';

/** The span of a question about buckets, in which dates are days of its time zone. */

type Given = Parameters<typeof openSpanOf>[0];

interface Asked extends Given {
  readonly timezone?: string | undefined;
}

const dayMilliseconds = 86_400_000;

/** A date is read as its day in UTC. An instant is a millisecond at most. */
function end(given: Given['from'], timezone: string): Given['from'] {
  const isDate = given !== undefined && given.to - given.from === dayMilliseconds - 1;
  return isDate ? dayIn(timezone, given.from / dayMilliseconds) : given;
}

function zoned({ from, to, timezone }: Asked): Given {
  // A zone that does not exist is refused elsewhere.
  return typeof timezone === 'string' ? { from: end(from, timezone), to: end(to, timezone) } : { from, to };
}

export const zonedSpanOf = (asked: Asked): OpenSpan => openSpanOf(zoned(asked));

export const isZonedInOrder = (asked: Asked): boolean => isInOrder(zoned(asked));

/** For `refine`: other buckets than days begin at the same instants in all zones. */
export const fitsZone = ({ timezone, interval }: { timezone?: string | undefined; interval?: Interval | undefined }) =>
  timezone === undefined || interval === undefined || interval === '1d';

export const zoneOfDays = {
  path: ['timezone'],
  error: 'Should be absent for another interval than 1d',
  params: { type: 'conflict' },
};

export const describedZone =
  'The zone in which days begin; only for the interval `1d`, and `UTC` if absent. A date in `from` or `to` then means ' +
  'its day in this zone: `from` its first instant there, `to` its last.';
