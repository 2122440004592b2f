interface Waiting {
  readonly latestStart: number;
  readonly go: (mayStart: boolean) => void;
}

/**
 * Starts calls one after the other, evenly spaced, so that no second has more calls than its share of the quota, and
 * limits the calls in flight. First come, first served: a retry queues again.
 */
export class Pacer {
  readonly #intervalMs: number;
  readonly #mostInFlight: number;
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #nextStart = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param startsPerSecond any number above 0; 0.2 is one start in five seconds */
  constructor(startsPerSecond: number, mostInFlight: number) {
    this.#intervalMs = 1000 / startsPerSecond;
    this.#mostInFlight = mostInFlight;
  }

  /**
   * Makes the call when its turn comes.
   *
   * @param latestStart milliseconds since 1970
   * @returns undefined if its turn would come later than that
   */
  async run<T>(call: () => Promise<T>, latestStart: number): Promise<T | undefined> {
    const mayStart = await new Promise<boolean>((go) => {
      this.#waiting.push({ latestStart, go });
      this.#advance();
    });
    if (!mayStart) return undefined;
    try {
      return await call();
    } finally {
      this.#inFlight--;
      this.#advance();
    }
  }

  /** Starts nothing for this time. */
  pause(milliseconds: number): void {
    this.#nextStart = Math.max(this.#nextStart, Date.now() + milliseconds);
    this.#advance();
  }

  #advance(): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    const start = Math.max(now, this.#nextStart);
    this.#rejectLate(start);
    if (this.#waiting.length === 0) return;
    const isFree = this.#inFlight < this.#mostInFlight;
    if (isFree && start === now) {
      this.#inFlight++;
      this.#nextStart = now + this.#intervalMs;
      this.#waiting.shift()?.go(true);
      this.#advance();
      return;
    }
    // If the most calls are in flight, the end of one starts the next; the timer is then only for calls that would
    // start too late.
    const wake = isFree ? start : Math.min(...this.#waiting.map(({ latestStart }) => latestStart)) + 1;
    this.#timer = setTimeout(() => this.#advance(), wake - now);
  }

  /** Rejects the calls whose latest start is before the next possible start. */
  #rejectLate(nextStart: number): void {
    const late = this.#waiting.filter(({ latestStart }) => latestStart < nextStart);
    this.#waiting = this.#waiting.filter(({ latestStart }) => latestStart >= nextStart);
    for (const { go } of late) go(false);
  }
}
