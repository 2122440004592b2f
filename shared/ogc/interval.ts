import type { Span } from '../table/ids.ts';
import { allTime, instantPattern, readInstant, withPlus } from '../wire/time-span.ts';

/**
 * `datetime` of OGC API Features: an instant, or an interval with at most one open end (`..` or nothing). If an end is
 * a date, the interval begins with the first or ends with the last instant of that day; a date alone is the whole day.
 * GDAL appends a `T` to a date when it means the midnight at its beginning.
 */

/** Its form for the API document, which cannot say that the interval should not end before it begins. */
export const intervalPattern = String.raw`^(${instantPattern}(/(\.\.|${instantPattern})?)?|(\.\.)?/${instantPattern})$`;

/**
 * The span; undefined if the text is neither an instant nor an interval.
 *
 * @example readInterval('2026-03-17T10:00:00Z/..')?.from // 1773741600000
 */
export function readInterval(text: string): Span | undefined {
  const [begin = '', end, ...more] = withPlus(text).split('/');
  if (more.length > 0) return undefined;
  if (end === undefined) return readEnd(begin);
  if (isOpen(begin) && isOpen(end)) return undefined;
  const [first, last] = [isOpen(begin) ? allTime : readEnd(begin), isOpen(end) ? allTime : readEnd(end)];
  return first && last && first.from <= last.to ? { from: first.from, to: last.to } : undefined;
}

const isOpen = (end: string): boolean => end === '' || end === '..';

const readEnd = (end: string): Span | undefined => readInstant(/^[\d-]{10}T$/.test(end) ? `${end}00:00:00Z` : end);
