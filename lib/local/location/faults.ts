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

/** How the search of places is to misbehave; `./control.ts` tells what each switch does. */
export type FaultSettings = z.output<typeof FaultSettings>;

export type Fault = 'throttle' | 'fail' | 'hang';

/** Tells of each call what is to go wrong with it: always the same for the same calls, but for the quota. */
export interface Faults {
  readonly settings: FaultSettings;
  concern(text: string): boolean;
  /** @param now milliseconds of a clock that never goes back */
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
      // Each lot earns its share at every call, and the one to which most is due pays with it.
      for (const lot of lots) lot.due += lot.share;
      const next = lots.reduce((most, lot) => (lot.due > most.due ? lot : most));
      next.due -= 1;
      return next.fault;
    },
  };
}
