import type { RateState } from './rate-window.ts';

/** The rates that were counted for a request: none, the credential's, or the credential's and those of the endpoint. */
export type Rates = RateState | readonly RateState[] | undefined;

/**
 * `RateLimit` headers, the strictest limit first: the one with the fewest requests left, and of those the one that
 * takes longest to reset.
 */
export function rateHeaders(rates: Rates): Readonly<Record<string, string>> {
  const states = [rates ?? []]
    .flat()
    .toSorted((a, b) => a.remaining - b.remaining || b.resetsInSeconds - a.resetsInSeconds);
  if (states.length === 0) return {};
  return {
    'RateLimit-Policy': states.map((s) => `"${s.policy}";q=${s.limit};w=${s.periodSeconds}`).join(', '),
    RateLimit: states.map((s) => `"${s.policy}";r=${s.remaining};t=${s.resetsInSeconds}`).join(', '),
  };
}
