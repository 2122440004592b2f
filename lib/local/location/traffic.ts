/** How a call of the search ended. */
export type Outcome = 'answered' | 'throttled' | 'failed' | 'hung' | 'refused';

/** What came since the last reset. */
export interface TrafficCounters extends Readonly<Record<Outcome, number>> {
  readonly calls: number;
  readonly inFlight: number;
  readonly mostInFlight: number;
  /** Of any second, not only of whole ones; throttled calls count too. */
  readonly mostCallsInOneSecond: number;
  /** The last 2,000 texts that were asked for, the oldest first. */
  readonly texts: readonly string[];
}

export interface Traffic {
  /** @param now milliseconds of a clock that never goes back */
  begin(text: string, now: number): void;
  count(outcome: Outcome): void;
  /** The connection is free again, whether it was answered or given up. */
  end(): void;
  read(): TrafficCounters;
  /** Calls under way stay in flight. */
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
