/** Limits the retries of a process, so that a service that is down is not called three times as often. */
const most = 500;
const cost = 5;
/** A call that timed out has blocked its caller for long, so its retry costs more. */
const costOfTimeout = 10;

/** A bucket of retries: each retry takes from it, and each success returns a little. */
export class RetryBudget {
  #left = most;

  /** @returns whether the call may be retried */
  take(error: unknown): boolean {
    const price = (error as Error | undefined)?.name === 'TimeoutError' ? costOfTimeout : cost;
    if (this.#left < price) return false;
    this.#left -= price;
    return true;
  }

  /** Records a success. A successful retry returns what it took. */
  succeeded(attempt: number): void {
    this.#left = Math.min(most, this.#left + (attempt > 1 ? cost : 1));
  }
}
