import { backoff } from '../aws/backoff.ts';
import { problem } from '../problems/problem.ts';
import { isConditionFailed, isRace, LostRace } from './faults.ts';

/** Attempts before a lost race is reported to the caller. */
const maxAttempts = 8;

/** The refusal for a condition that requires the row to be unchanged. */
export const lostRace = () => new LostRace();

/** For `catch`: a failed condition is a lost race. */
export function asLostRace(error: unknown): never {
  throw isConditionFailed(error) ? lostRace() : error;
}

/** Reads and writes again while other writers are faster. */
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
