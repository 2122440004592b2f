import { backoff } from '../aws/backoff.ts';
import { isRace, isUnavailable } from './faults.ts';

const mostAttempts = 5;

/**
 * Tries again what the database may do the next time: for work that nobody waits for, and that knows by a row of its own
 * whether an attempt without an answer has happened.
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
