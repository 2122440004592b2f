import { backoff } from '../aws/backoff.ts';
import { isRace, isUnavailable } from './faults.ts';

const mostAttempts = 5;

/**
 * Retries lost races and an unavailable database. For work that nobody waits for, and that records in a row of its own
 * whether an attempt without a response took effect.
 */
export async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === mostAttempts || !(isRace(error) || isUnavailable(error))) throw error;
      await backoff(attempt);
    }
  }
}
