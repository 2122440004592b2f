import * as z from 'zod';

const share = z.number().min(0).max(1).default(0);

export const FaultSettings = z
  .strictObject({
    latencyMilliseconds: z.number().min(0).max(600_000).default(0),
    callsPerSecond: z.int().min(1).nullable().default(null),
    throttleShare: share,
    failShare: share,
    hangShare: share,
    garbage: z.enum(['not-json', 'wrong-shape', 'out-of-range']).nullable().default(null),
    only: z.string().min(1).nullable().default(null),
  })
  .refine(({ throttleShare, failShare, hangShare }) => throttleShare + failShare + hangShare < 1 + 1e-9, {
    error: 'throttleShare, failShare and hangShare are together more than 1',
  });

/** The faults of the place search; `./control.ts` documents each switch. */
export type FaultSettings = z.output<typeof FaultSettings>;

export type Fault = 'throttle' | 'fail' | 'hang';

/** Decides for each call which fault it gets. The same calls always get the same faults, except for the quota. */
export interface Faults {
  readonly settings: FaultSettings;
  concern(text: string): boolean;
  /** @param now milliseconds of a monotonic clock */
  next(now: number): Fault | undefined;
}

export function createFaults(settings: FaultSettings): Faults {
  const { callsPerSecond, throttleShare, failShare, hangShare, only } = settings;
  const lots: { readonly fault: Fault | undefined; readonly share: number; due: number }[] = [
    { fault: undefined, share: 1 - throttleShare - failShare - hangShare, due: 0 },
    { fault: 'throttle', share: throttleShare, due: 0 },
    { fault: 'fail', share: failShare, due: 0 },
    { fault: 'hang', share: hangShare, due: 0 },
  ];
  let admitted: number[] = [];
  const isOverQuota = (now: number) => {
    if (callsPerSecond === null) return false;
    admitted = admitted.filter((at) => now - at < 1000);
    if (admitted.length >= callsPerSecond) return true;
    admitted.push(now);
    return false;
  };
  return {
    settings,
    concern: (text) => only === null || text.includes(only),
    next: (now) => {
      if (isOverQuota(now)) return 'throttle';
      // Each fault earns its share at every call, and the one with the highest balance is used and pays for it.
      for (const lot of lots) lot.due += lot.share;
      const next = lots.reduce((most, lot) => (lot.due > most.due ? lot : most));
      next.due -= 1;
      return next.fault;
    },
  };
}
