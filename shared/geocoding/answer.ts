import type { Candidate } from './candidate.ts';
import type { PlaceQuery } from './query.ts';

/** Why the provider gave no places. */
export interface Refusal {
  /** `refused` is final: the provider does not take this text under these settings. The others may pass. */
  readonly kind: 'refused' | 'throttled' | 'unavailable';
  /** Name of the error, for the log; its message may hold the address. */
  readonly cause: string;
}

/** Places, best first, or none; or why it is not known. */
export type Answer = readonly Candidate[] | Refusal;

export const isRefusal = (answer: Answer): answer is Refusal => !Array.isArray(answer);

/** Asks the provider once. Never throws; ends soon after the signal. */
export type Search = (query: PlaceQuery, signal: AbortSignal) => Promise<Answer>;
