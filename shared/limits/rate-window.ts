import { monthName } from '../table/time-names.ts';

/**
 * Fixed windows in which requests are counted.
 *
 * A credential is counted on its own row: the count of window `w` is attribute `n<w>`. One conditional update therefore
 * counts exactly, without a read before it. The first request of a new window starts a new attribute; attributes of
 * past windows are removed later. Limits of endpoints have one row for each window; see `limiter.ts`.
 */

/** Seconds in a credential's window. */
export const windowSeconds = 3600;

export interface RateWindow {
  /** Name of the attribute that counts this window. */
  readonly attribute: string;
  readonly index: number;
  readonly resetsInSeconds: number;
}

/** Windows of one subject begin at an offset of its own, so that not all counters restart at the full hour. */
export function rateWindow(subject: string, nowMilliseconds: number, periodSeconds = windowSeconds): RateWindow {
  let offset = 0;
  for (const character of subject) offset = (offset * 31 + character.charCodeAt(0)) % periodSeconds;
  const seconds = Math.floor(nowMilliseconds / 1000) + offset;
  const index = Math.floor(seconds / periodSeconds);
  return { attribute: `n${index}`, index, resetsInSeconds: (index + 1) * periodSeconds - seconds };
}

/**
 * Attributes of windows before the previous one. A function whose clock is behind may still count in the previous one.
 */
export function pastWindows(row: Readonly<Record<string, unknown>>, window: RateWindow): string[] {
  return Object.keys(row).filter((name) => /^n\d+$/.test(name) && Number(name.slice(1)) < window.index - 1);
}

/** Name of the attribute that counts a credential's requests of a month, UTC: `m202603`. */
export function monthAttribute(milliseconds: number): string {
  return `m${monthName(milliseconds).replace('-', '')}`;
}

/** Whether an attribute counts the requests of a month. */
export const isMonthAttribute = (name: string): boolean => /^m\d{6}$/.test(name);

/** What is left of a window after this request. */
export interface RateState {
  /** `tier` for a credential's own rate, otherwise a name of `shared/limits/policies.ts`. */
  readonly policy: string;
  readonly limit: number;
  readonly remaining: number;
  readonly resetsInSeconds: number;
  readonly periodSeconds: number;
}
