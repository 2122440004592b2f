import { isDeepStrictEqual } from 'node:util';
import { setAll, unchanged } from './expressions.ts';
import { isConditionFailed, rowBefore } from './faults.ts';
import type { Key } from './key.ts';
import { retryingRaces } from './races.ts';
import type { Row, Table } from './table.ts';

/**
 * Moves a row on from the state it was read in.
 *
 * @param seen attributes that must be as they were read; undefined is absence
 * @returns the row afterwards; undefined where somebody else was quicker
 */
export async function moveOn<R>(table: Table, key: Key, seen: Row, to: Row): Promise<R | undefined> {
  return await retryingRaces(() => table.update<R>(key, setAll(to), unchanged(seen))).catch((error: unknown) => {
    if (!isConditionFailed(error)) throw error;
    // The client tries again where an answer was lost, and then meets its own move.
    const row = rowBefore(error);
    return row && holds(row, { ...seen, ...to }) ? (row as R) : undefined;
  });
}

const holds = (row: Row, attributes: Row): boolean =>
  Object.entries(attributes).every(([name, value]) => isDeepStrictEqual(row[name], value));
