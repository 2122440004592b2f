import type { DeliveryRow } from './delivery.ts';

/** The memory of this process for bodies: 64 calls of a batch may have 2 MB each, and a function has 256 MB. */

const mostBytes = 24 * 1024 * 1024;
/** Of a body whose row does not tell its size. */
const usualBytes = 16 * 1024;
const largestBytes = 2 * 1024 * 1024;

let held = 0;

/**
 * Does something with the body of a delivery in memory, unless there is too little room beside those of other calls.
 *
 * @returns false if there is none
 */
export async function inRoom({ bytes, parts }: DeliveryRow, act: () => Promise<void>): Promise<boolean> {
  const needed = bytes ?? (parts > 1 ? largestBytes : usualBytes);
  if (held > 0 && held + needed > mostBytes) return false;
  held += needed;
  try {
    await act();
    return true;
  } finally {
    held -= needed;
  }
}
