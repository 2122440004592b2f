import type { DeliveryRow } from './delivery.ts';

/** The memory of this process for bodies: 64 calls of a batch may have 2 MB each, and a function has 256 MB. */

const mostBytes = 24 * 1024 * 1024;
/** The assumed size of a body in several rows, if its delivery has no `bytes`. */
const largestBytes = 2 * 1024 * 1024;

/** How long a call waits for room, and how often it checks. Nearly all targets have answered by then. */
const [patienceMilliseconds, lookMilliseconds] = [10_000, 50];

let held = 0;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Does something with the body of a delivery in memory, as soon as there is room beside those of other calls.
 *
 * @returns false if there is none for 10 seconds
 */
export async function inRoom({ bytes, parts }: DeliveryRow, act: () => Promise<void>): Promise<boolean> {
  // A batch of short bodies has a megabyte.
  const needed = bytes ?? (parts > 1 ? largestBytes : 0);
  const until = performance.now() + patienceMilliseconds;
  while (needed > 0 && held > 0 && held + needed > mostBytes) {
    if (performance.now() >= until) return false;
    await sleep(lookMilliseconds);
  }
  held += needed;
  try {
    await act();
    return true;
  } finally {
    held -= needed;
  }
}

const [soonest, latest] = [3000, 13_000];

/** When a call that found no room tries again, in milliseconds since 1970; random, so that not all try at once. */
export const nextLook = (now: number): number => now + soonest + Math.round(Math.random() * (latest - soonest));
