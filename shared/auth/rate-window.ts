/**
 * A fixed window per credential, counted on the row that is the credential.
 *
 * The count of window `w` is attribute `n<w>` of the row, so one conditional update counts exactly and needs no read
 * first; the first request of a new window starts a new attribute, and attributes of windows long past are removed.
 */

export const windowSeconds = 3600;

export interface RateWindow {
  /** Name of the attribute that counts this window. */
  readonly attribute: string;
  readonly index: number;
  readonly resetsInSeconds: number;
}

/** Windows of one credential begin at an offset of its own, so that not every counter turns on the hour. */
export function rateWindow(keyId: string, nowMilliseconds: number): RateWindow {
  let offset = 0;
  for (const character of keyId) offset = (offset * 31 + character.charCodeAt(0)) % windowSeconds;
  const seconds = Math.floor(nowMilliseconds / 1000) + offset;
  const index = Math.floor(seconds / windowSeconds);
  return { attribute: `n${index}`, index, resetsInSeconds: (index + 1) * windowSeconds - seconds };
}

/** Attributes of windows before the previous one; a clock a little behind may still count in that. */
export function pastWindows(row: Readonly<Record<string, unknown>>, window: RateWindow): string[] {
  return Object.keys(row).filter((name) => /^n\d+$/.test(name) && Number(name.slice(1)) < window.index - 1);
}

/** What is left of a credential's window after this request. */
export interface RateState {
  readonly policy: string;
  readonly limit: number;
  readonly remaining: number;
  readonly resetsInSeconds: number;
}
