import type { Span } from '../geofences/ids.ts';

/**
 * `datetime` of OGC API Features: an instant, or an interval whose one end may be open (`..` or nothing). Where an end is
 * a date, the interval begins with its first and ends with its last instant, and a date alone is the whole day.
 */

const day = String.raw`(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))`;
const time = String.raw`((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,30}))?`;
const offset = String.raw`(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const instantForm = new RegExp(`^${day}(?:T${time}${offset})?$`, 'i');

const dayMilliseconds = 86_400_000;
/** Ends that are open: before and after every instant that can be written. */
const always: Span = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

/**
 * The span, or undefined for a text that is none.
 *
 * @example readInterval('2026-03-17T10:00:00Z/..')?.from // 1773741600000
 */
export function readInterval(text: string): Span | undefined {
  // A `+` that nobody encoded has become a space on its way.
  const [begin = '', end, ...more] = text.replaceAll(' ', '+').split('/');
  if (more.length > 0) return undefined;
  if (end === undefined) return readInstant(begin);
  if (isOpen(begin) && isOpen(end)) return undefined;
  const [first, last] = [isOpen(begin) ? always : readInstant(begin), isOpen(end) ? always : readInstant(end)];
  return first && last && first.from <= last.to ? { from: first.from, to: last.to } : undefined;
}

const isOpen = (end: string): boolean => end === '' || end === '..';

/** A span of one millisecond, the finest that fences know; of none where the instant lies between two. */
function readInstant(text: string): Span | undefined {
  const [, date, clock, fraction = '', zone = ''] = instantForm.exec(text) ?? [];
  const midnight = date ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (!date || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  if (!clock) return { from: midnight, to: midnight + dayMilliseconds - 1 };
  const to = Date.parse(`${date}T${clock}.${fraction.padEnd(3, '0').slice(0, 3)}${zone.toUpperCase()}`);
  return { from: /[1-9]/.test(fraction.slice(3)) ? to + 1 : to, to };
}
