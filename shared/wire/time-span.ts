import * as z from 'zod';
import type { Span } from '../table/ids.ts';
import { dayName, lastInstant } from '../table/time-names.ts';

/** Instants and dates in queries. A date means its whole day in UTC: as `from` its first instant, as `to` its last. */

const day = String.raw`(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))`;
const time = String.raw`((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,30}))?`;
const offset = String.raw`(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const instantForm = new RegExp(`^${day}(?:T${time}${offset})?$`, 'i');

const dayMilliseconds = 86_400_000;

/** The form of an instant or a date for the API document; a pattern does not know how long a month is. */
export const instantPattern =
  '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' +
  String.raw`([Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,30})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?`;

/** A span with open ends: from before to after every instant that can be written. */
export const allTime: Span = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

/** A `+` that was not percent-encoded has become a space in the query. */
export const withPlus = (text: string): string => text.replaceAll(' ', '+');

/**
 * The span of an instant or a date. An instant is one millisecond, which is the finest unit here; one between two
 * milliseconds is an empty span. Undefined for any other text.
 */
export function readInstant(text: string): Span | undefined {
  const [, date, clock, fraction = '', zone = ''] = instantForm.exec(text) ?? [];
  const midnight = date ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (!date || dayName(midnight) !== date) return undefined;
  if (!clock) return { from: midnight, to: midnight + dayMilliseconds - 1 };
  const to = Date.parse(`${date}T${clock}.${fraction.padEnd(3, '0').slice(0, 3)}${zone.toUpperCase()}`);
  return { from: /[1-9]/.test(fraction.slice(3)) ? to + 1 : to, to };
}

type FirstYear = '0001' | '1970';

/** What is wrong with an instant, in milliseconds since 1970, that is not from a year (UTC) to 9999. */
export function wrongYear(at: number, first: FirstYear = '1970') {
  const wrong = (type: string, message: string) => ({ code: 'custom', message, params: { type } }) as const;
  if (at < Date.parse(`${first}-01-01T00:00:00Z`)) return wrong('too_small', `Should not be before ${Number(first)}`);
  return at > lastInstant ? wrong('too_large', 'Should not be after 9999') : undefined;
}

const given = (first?: FirstYear) =>
  z.string().transform((text, context) => {
    const instant = readInstant(withPlus(text));
    if (instant) {
      const wrong = wrongYear(instant.to, first);
      if (wrong) context.addIssue(wrong);
      return instant;
    }
    const message = 'Should be an instant such as 2026-03-17T10:00:00Z, or a date such as 2026-03-17';
    context.addIssue({ code: 'custom', message, params: { type: 'format' } });
    return z.NEVER;
  });

const documented = (description: string) => ({
  override: { type: 'string', pattern: `^${instantPattern}$`, example: '2026-03-17T00:00:00Z' },
  description,
});

const end = (description: string, first?: FirstYear) => given(first).optional().meta(documented(description));

const spanFrom = (first?: FirstYear) => ({
  from: end('The first instant, or a date, which means the beginning of that day.', first),
  to: end('The last instant, or a date, which means the end of that day.', first),
});

/** Query parameters `from` and `to`; `spanOf` computes their span. */
export const spanParameters = spanFrom();

/** The same for instants of phones, whose clocks may be wrong: from the year 1, as `givenInstant` takes it. */
export const phoneSpanParameters = () => spanFrom('0001');

interface SpanQuery {
  readonly from?: Span | undefined;
  readonly to?: Span | undefined;
}

/** The span of `from` and `to`; undefined when both are absent. */
export function spanOf({ from, to }: SpanQuery): Span | undefined {
  return from || to ? { from: (from ?? allTime).from, to: (to ?? allTime).to } : undefined;
}

/** For `refine`: checks that a span does not end before it begins. */
export function isInOrder({ from, to }: SpanQuery): boolean {
  // `from.to` precedes `from.from` for an instant between two milliseconds: the smaller one is compared.
  return !from || !to || Math.min(from.from, from.to) <= to.to;
}
// With `error`: zod removes a `message` from the object that it is given.
export const notInOrder = { path: ['to'], error: 'Should not be before "from"', params: { type: 'conflict' } };

const beginning = 'The first instant, or a date, which means the beginning of that day.';
const limit = 'The instant before which the span ends, or a date, which means the end of that day.';

// As functions, which are bundled only where they are called.

/** The same for a span to which the instant of `to` does not belong; `openSpanOf` computes it. */
export const openSpanParameters = () => ({ from: end(beginning), to: end(limit) });

/** The same where both must be given. */
export const wholeSpanParameters = () => ({
  from: given().meta(documented(beginning)),
  to: given().meta(documented(limit)),
});

/** Instants in milliseconds since 1970: `from` is included, `to` is not. */
export interface OpenSpan {
  readonly from: number;
  readonly to: number;
}

export const openSpanOf = ({ from = allTime, to = allTime }: SpanQuery): OpenSpan => ({
  from: from.from,
  // An instant is one millisecond, or none between two; a date is longer, and its end belongs to the span.
  to: to.to > to.from ? to.to + 1 : to.from,
});
