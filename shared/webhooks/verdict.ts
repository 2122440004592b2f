import type { OutboundResult } from '../outbound/connector.ts';
import type { DeliveryError } from './delivery-wire.ts';

/** What follows from the result of an attempt. Pure: the clock and chance are given. */
export type Verdict =
  | { readonly kind: 'success' }
  | { readonly kind: 'retry'; readonly at: number; readonly error: DeliveryError }
  /** `gone`: the target wants no calls any more. */
  | { readonly kind: 'dead'; readonly error: DeliveryError; readonly gone: boolean };

/** Seconds until the next attempt, after each of the first ones, and after all later ones. */
const delaySeconds = [30, 120, 600, 3600, 4 * 3600, 12 * 3600] as const;
/** ± 20 %, so that calls that failed together are not retried together. */
const jitter = 0.2;
const longestRetryAfterSeconds = 3600;

const gone = 410;
const transient = [408, 425, 429];

interface Progress {
  /** Attempts of the present schedule, with this one. */
  readonly tries: number;
  readonly maxAttempts: number;
}

/** @param chance from 0 to 1 */
export function verdictOf(
  result: OutboundResult,
  { tries, maxAttempts }: Progress,
  now: number,
  chance: number,
): Verdict {
  const isAnswer = 'status' in result;
  if (isAnswer && result.status >= 200 && result.status < 300) return { kind: 'success' };
  const error = isAnswer ? 'status' : result.fault;
  const isRetryable = isAnswer
    ? transient.includes(result.status) || result.status >= 500
    : error !== 'forbidden_target';
  if (!isRetryable || tries >= maxAttempts) {
    return { kind: 'dead', error, gone: isAnswer && result.status === gone };
  }
  const usual = delaySeconds[Math.min(tries, delaySeconds.length) - 1]! * 1000 * (1 + jitter * (2 * chance - 1));
  const asked = isAnswer ? retryAfterMilliseconds(result.retryAfter, now) : 0;
  return { kind: 'retry', at: now + Math.round(Math.max(usual, asked)), error };
}

/** Seconds, or a date; at most an hour. */
function retryAfterMilliseconds(header: string | undefined, now: number): number {
  const text = header?.trim() ?? '';
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? 0 : Math.min(Math.max(0, wait), longestRetryAfterSeconds * 1000);
}
