/** Calls that a process may make again, so that a service that is down is not asked three times as often. */
const most = 500;
const cost = 5;
/** A call that timed out held its caller for long. */
const costOfTimeout = 10;

/** A bucket of retries: each takes from it, and each success gives a little back. */
export class RetryBudget {
  #left = most;

  /** @returns whether the call may be made again */
  take(error: unknown): boolean {
    const price = (error as Error | undefined)?.name === 'TimeoutError' ? costOfTimeout : cost;
    if (this.#left < price) return false;
    this.#left -= price;
    return true;
  }

  /** A call succeeded; as a retry it brings back what it took. */
  succeeded(attempt: number): void {
    this.#left = Math.min(most, this.#left + (attempt > 1 ? cost : 1));
  }
}
