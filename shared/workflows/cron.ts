import { Cron as Schedule } from 'croner';
import * as z from 'zod';

/** Times of schedules, as cron writes them. */

const longest = 128;

export const Cron = z.string().min(1, { abort: true }).max(longest, { abort: true });

/** Numbers, and names of days and months: none of the signs that only some programs know (`@hourly`, `L`, `W`, `#`, `?`). */
const field = '(?:[0-9*,/-]|[A-Za-z]{3})+';
const fiveFields = new RegExp(`^\\s*${field}(?:\\s+${field}){4}\\s*$`);

const read = (cron: string, timezone: string): Schedule =>
  new Schedule(cron, { timezone, mode: '5-part', paused: true });

/** Whether a text is a cron expression of five fields that has a next time. */
export function isOfFiveFields(cron: string): boolean {
  if (!fiveFields.test(cron)) return false;
  try {
    return read(cron, 'UTC').nextRun() !== null;
  } catch {
    return false;
  }
}

/**
 * The first time of a schedule after an instant. A time in a skipped hour runs after it; a time in a repeated hour runs
 * once.
 *
 * @param after milliseconds since 1970
 * @returns milliseconds since 1970; undefined if there is none
 */
export const nextTime = (cron: string, timezone: string, after: number): number | undefined =>
  read(cron, timezone).nextRun(new Date(after))?.getTime();
