import type { Expression } from '../table/table.ts';

/** How long readings and their buckets are kept. */

const secondsPerDay = 86_400;

/**
 * Readings stay in the table for a while after they are no longer shown: a late one may reach an hour just before the
 * end of its retention, and the buckets of that hour are then computed from all of them once more.
 */
const graceSeconds = 2 * secondsPerDay;

/** Buckets of an hour and longer, in days. */
const bucketDays = 3650;

/**
 * The `ttl` of rows with readings, in seconds since 1970.
 *
 * @param newestAt the newest of their instants, in milliseconds since 1970
 */
export const rawUntil = (newestAt: number, retentionDays: number): number =>
  Math.ceil(newestAt / 1000) + retentionDays * secondsPerDay + graceSeconds;

/** The `ttl` of buckets of hours. */
export const bucketsUntil = (newestAt: number): number => Math.ceil(newestAt / 1000) + bucketDays * secondsPerDay;

/** The longest time that anything of an instant is kept, in milliseconds. */
export const longestKept = (bucketDays + 2) * secondsPerDay * 1000;

const nowInSeconds = (): number => Math.floor(Date.now() / 1000);

/** Rows that are shown. DynamoDB may keep rows for days after their `ttl`. */
export const shownRows = (): Expression => laterThan(nowInSeconds() + graceSeconds);

/** Rows that are certainly still in the table. */
export const presentRows = (): Expression => laterThan(nowInSeconds());

export const isPresent = (ttl: number): boolean => ttl > nowInSeconds();

/**
 * Half a day: enough time to fold a late reading with the others. An hour within its retention never ends so soon: the
 * grace is longer than this time, the rounding of its end to a day, and the hour together.
 */
const foldingSeconds = secondsPerDay / 2;

/** Whether a row stored now will still exist when its hour is folded. */
export const isPresentAtFolding = (ttl: number): boolean => isPresent(ttl - foldingSeconds);

const laterThan = (seconds: number): Expression => ({
  expression: '#ttl > :ended',
  names: { '#ttl': 'ttl' },
  values: { ':ended': seconds },
});
