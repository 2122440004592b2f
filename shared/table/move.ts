import { isDeepStrictEqual } from 'node:util';
import { setAll, unchanged } from './expressions.ts';
import { isConditionFailed, rowBefore } from './faults.ts';
import type { Key } from './key.ts';
import { retryingRaces } from './races.ts';
import type { Row, Table } from './table.ts';

/**
 * Changes a row from the state in which it was read to the next one.
 *
 * @param seen attributes that must still have the values that were read; undefined means absent
 * @returns the row afterwards; undefined if another writer was faster
 */
export async function moveOn<R>(table: Table, key: Key, seen: Row, to: Row): Promise<R | undefined> {
  return await retryingRaces(() => table.update<R>(key, setAll(to), unchanged(seen))).catch((error: unknown) => {
    if (!isConditionFailed(error)) throw error;
    // The client repeats a call whose response was lost, and then finds its own change.
    const row = rowBefore(error);
    return row && holds(row, { ...seen, ...to }) ? (row as R) : undefined;
  });
}

const holds = (row: Row, attributes: Row): boolean =>
  Object.entries(attributes).every(([name, value]) => isDeepStrictEqual(row[name], value));
