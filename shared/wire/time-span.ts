import * as z from 'zod';
import type { Span } from '../table/ids.ts';

/** Instants and dates of queries. A date stands for its whole day, UTC: as `from` its first instant, as `to` its last. */

const day = String.raw`(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))`;
const time = String.raw`((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,30}))?`;
const offset = String.raw`(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const instantForm = new RegExp(`^${day}(?:T${time}${offset})?$`, 'i');

const dayMilliseconds = 86_400_000;

/** Ends that are open: before and after every instant that can be written. */
export const allTime: Span = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

/** A `+` that nobody encoded has become a space on its way through a query. */
export const withPlus = (text: string): string => text.replaceAll(' ', '+');

/** A span of one millisecond, the finest we know; of none where the instant lies between two; undefined for neither. */
export function readInstant(text: string): Span | undefined {
  const [, date, clock, fraction = '', zone = ''] = instantForm.exec(text) ?? [];
  const midnight = date ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (!date || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  if (!clock) return { from: midnight, to: midnight + dayMilliseconds - 1 };
  const to = Date.parse(`${date}T${clock}.${fraction.padEnd(3, '0').slice(0, 3)}${zone.toUpperCase()}`);
  return { from: /[1-9]/.test(fraction.slice(3)) ? to + 1 : to, to };
}

const end = (description: string) =>
  z
    .string()
    .transform((text, context) => {
      const instant = readInstant(withPlus(text));
      if (instant) return instant;
      const message = 'Should be an instant such as 2026-03-17T10:00:00Z, or a date such as 2026-03-17';
      context.addIssue({ code: 'custom', message, params: { type: 'format' } });
      return z.NEVER;
    })
    .optional()
    .meta({ override: { type: 'string', example: '2026-03-17T00:00:00Z' }, description });

/** Query parameters `from` and `to`; `spanOf` says which span they make. */
export const spanParameters = {
  from: end('The first instant, or a date for its first.'),
  to: end('The last instant, or a date for its last.'),
};

interface SpanQuery {
  readonly from?: Span | undefined;
  readonly to?: Span | undefined;
}

/** What `from` and `to` span; undefined where neither is given. */
export function spanOf({ from, to }: SpanQuery): Span | undefined {
  return from || to ? { from: (from ?? allTime).from, to: (to ?? allTime).to } : undefined;
}

/** For `refine`: a span does not end before it begins. */
export function isInOrder({ from, to }: SpanQuery): boolean {
  // By the instant that `from` names, since one between two milliseconds begins with the later.
  return !from || !to || Math.min(from.from, from.to) <= to.to;
}
export const notInOrder = { path: ['to'], message: 'Should not be before "from"', params: { type: 'conflict' } };
