import { monthAttribute, pastWindows, type RateWindow } from '../limits/rate-window.ts';
import { isConditionFailed, isUnavailable, rowBefore } from '../table/faults.ts';
import { retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import type { Credential } from './credential.ts';

/** Counts a request on the row of its credential. The same write reads the credential. */

export interface RequestCount {
  readonly row: Row | undefined;
  /** `refused`: the credential is not good, or its window is full. `uncounted`: the counter was unavailable. */
  readonly outcome: 'counted' | 'refused' | 'uncounted';
}

const access = new Table('access');

/** @param tier whether the request counts toward the credential's own rate; it always counts toward the month */
export async function countRequest(
  { at, living, limit, trace }: Credential,
  window: RateWindow,
  now: number,
  tier: boolean,
): Promise<RequestCount> {
  const update = {
    expression: `SET ${tier ? '#n = if_not_exists(#n, :zero) + :one, ' : ''}#m = if_not_exists(#m, :zero) + :one, ${trace.expression}`,
    names: { ...(tier ? { '#n': window.attribute } : {}), '#m': monthAttribute(now), ...trace.names },
    values: { ':zero': 0, ':one': 1, ':now': now, ...trace.values },
  };
  const room = `(attribute_not_exists(#n) OR #n < ${limit.expression})`;
  const condition = tier
    ? { ...living, expression: `${living.expression} AND ${room}`, values: { ...living.values, ...limit.values } }
    : living;
  try {
    // While a transaction changes this row, DynamoDB refuses any other write to it.
    return { row: await retryingRaces(() => access.update<Row>(at, update, condition)), outcome: 'counted' };
  } catch (error) {
    if (isConditionFailed(error)) return { row: rowBefore(error) ?? (await access.get(at)), outcome: 'refused' };
    if (!isUnavailable(error)) throw error;
    return { row: await access.get(at), outcome: 'uncounted' };
  }
}

/** Removes counters of past windows, at most once per window. After a failure the next window tries again. */
export async function sweepCounters({ at }: Credential, row: Row, window: RateWindow): Promise<void> {
  const past = pastWindows(row, window);
  if (past.length === 0) return;
  const names = Object.fromEntries(past.map((name, i) => [`#p${i}`, name]));
  const remove = { expression: `REMOVE ${Object.keys(names).join(', ')}`, names };
  await access.update(at, remove, { expression: 'attribute_exists(pk)' }).catch(() => undefined);
}
