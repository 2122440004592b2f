interface Waiting {
  readonly latestStart: number;
  readonly go: (mayStart: boolean) => void;
}

/**
 * Starts calls one after the other, evenly spaced, so that no second sees more than its share of the quota, and holds
 * only so many in flight. First come, first served: whoever retries queues again.
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
   * Makes the call when its turn has come.
   *
   * @param latestStart milliseconds since 1970
   * @returns undefined where its turn would come later than that
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

  /** Starts nothing for so long. */
  pause(milliseconds: number): void {
    this.#nextStart = Math.max(this.#nextStart, Date.now() + milliseconds);
    this.#advance();
  }

  #advance(): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    const start = Math.max(now, this.#nextStart);
    this.#turnAway(start);
    if (this.#waiting.length === 0) return;
    const isFree = this.#inFlight < this.#mostInFlight;
    if (isFree && start === now) {
      this.#inFlight++;
      this.#nextStart = now + this.#intervalMs;
      this.#waiting.shift()?.go(true);
      this.#advance();
      return;
    }
    // Where all are in flight, the end of one advances; a timer only turns away whom that comes too late for.
    const wake = isFree ? start : Math.min(...this.#waiting.map(({ latestStart }) => latestStart)) + 1;
    this.#timer = setTimeout(() => this.#advance(), wake - now);
  }

  /** Those who would have to start before the next start. */
  #turnAway(nextStart: number): void {
    const late = this.#waiting.filter(({ latestStart }) => latestStart < nextStart);
    this.#waiting = this.#waiting.filter(({ latestStart }) => latestStart >= nextStart);
    for (const { go } of late) go(false);
  }
}
