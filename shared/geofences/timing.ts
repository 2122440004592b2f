/** Times that both readers and clean-up rely on. */

/** A wave of queries that takes longer is aborted, so that stale postings can be removed safely afterwards. */
export const waveMilliseconds = 5000;

/** Stale postings may be removed after this time: no wave that began before the write can still be under way. */
export const sweepDelaySeconds = 15;
