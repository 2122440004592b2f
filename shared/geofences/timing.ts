/** What readers and clean-up rely on of each other. */

/** A wave of queries that takes longer is abandoned, so that stale postings may go after it. */
export const waveMilliseconds = 5000;

/** Stale postings may go once no wave that began before the write can still be under way. */
export const sweepDelaySeconds = 15;
