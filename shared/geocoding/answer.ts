import type { Candidate } from './candidate.ts';
import type { PlaceQuery } from './query.ts';

/** Why the provider gave no places. */
export interface Refusal {
  /**
   * `refused` is final: the provider does not accept this text under these settings. The other kinds may succeed later.
   */
  readonly kind: 'refused' | 'throttled' | 'unavailable';
  /** Name of the error, for the log; its message may contain the address. */
  readonly cause: string;
}

/** Places, best first, possibly none; or the reason why they are unknown. */
export type Answer = readonly Candidate[] | Refusal;

export const isRefusal = (answer: Answer): answer is Refusal => !Array.isArray(answer);

/** Asks the provider once. Never throws; ends soon after the signal. */
export type Search = (query: PlaceQuery, signal: AbortSignal) => Promise<Answer>;
