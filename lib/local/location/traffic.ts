/** How a call of the search ended. */
export type Outcome = 'answered' | 'throttled' | 'failed' | 'hung' | 'refused';

/** Counts since the last reset. */
export interface TrafficCounters extends Readonly<Record<Outcome, number>> {
  readonly calls: number;
  readonly inFlight: number;
  readonly mostInFlight: number;
  /** In any period of a second, not only from one full second to the next; throttled calls count too. */
  readonly mostCallsInOneSecond: number;
  /** The last 2,000 texts of calls, the oldest first. */
  readonly texts: readonly string[];
}

export interface Traffic {
  /** @param now milliseconds of a monotonic clock */
  begin(text: string, now: number): void;
  count(outcome: Outcome): void;
  /** The connection is free again, whether the call was answered or aborted. */
  end(): void;
  read(): TrafficCounters;
  /** Resets the counters; calls under way stay counted as in flight. */
  reset(): void;
}

const mostTexts = 2000;

const none = { calls: 0, answered: 0, throttled: 0, failed: 0, hung: 0, refused: 0, mostCallsInOneSecond: 0 };

export function countTraffic(): Traffic {
  const counters = { ...none, inFlight: 0, mostInFlight: 0 };
  let texts: string[] = [];
  let lastSecond: number[] = [];
  return {
    begin: (text, now) => {
      counters.calls += 1;
      counters.inFlight += 1;
      counters.mostInFlight = Math.max(counters.mostInFlight, counters.inFlight);
      lastSecond = [...lastSecond.filter((at) => now - at < 1000), now];
      counters.mostCallsInOneSecond = Math.max(counters.mostCallsInOneSecond, lastSecond.length);
      texts.push(text);
      if (texts.length > mostTexts) texts.shift();
    },
    count: (outcome) => {
      counters[outcome] += 1;
    },
    end: () => {
      counters.inFlight -= 1;
    },
    read: () => ({ ...counters, texts: [...texts] }),
    reset: () => {
      Object.assign(counters, none, { mostInFlight: counters.inFlight });
      texts = [];
      lastSecond = [];
    },
  };
}
