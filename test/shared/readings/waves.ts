import type { DatabaseCall } from '../../support/watch.ts';

/** How many times a call waited for an earlier one to end: calls that run together are one wave. */
export function wavesOf(calls: readonly Pick<DatabaseCall, 'began' | 'ended'>[]): number {
  const waves: number[] = [];
  for (const { began, ended } of calls.toSorted((a, b) => a.began - b.began)) {
    if (began >= (waves.at(-1) ?? 0)) waves.push(ended);
  }
  return waves.length;
}
