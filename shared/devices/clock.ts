/** Clocks of devices are inexact. An instant that is further ahead of our clock than this is a fault. */
const mostAheadMilliseconds = 5 * 60_000;

/** Whether an instant that a device gives is too far in the future; both in milliseconds since 1970. */
export const isTooFarAhead = (at: number, now: number): boolean => at > now + mostAheadMilliseconds;
