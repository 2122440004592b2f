import { backoff } from '../aws/backoff.ts';
import { problem } from '../problems/problem.ts';
import { isRace, LostRace } from './faults.ts';

/** Lost races are read again and retried so often before the caller is asked to come back. */
const maxAttempts = 8;

/** For a condition that says "still as it was read". */
export const lostRace = () => new LostRace();

/** Reads and writes anew as long as other writers come first. */
export async function retryingRaces<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!isRace(error)) throw error;
      await backoff(attempt);
    }
  }
  const detail = 'Many writers change this object at once. Try again.';
  throw problem('SERVICE_UNAVAILABLE', detail, { dependency: 'database' }, { retryAfterSeconds: 1 });
}
