import type { Span } from '../table/ids.ts';
import { allTime, readInstant, withPlus } from '../wire/time-span.ts';

/**
 * `datetime` of OGC API Features: an instant, or an interval whose one end may be open (`..` or nothing). Where an end is
 * a date, the interval begins with its first and ends with its last instant, and a date alone is the whole day. GDAL ends
 * a date with a `T` where it means the midnight that the date begins with.
 */

/**
 * The span, or undefined for a text that is none.
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
