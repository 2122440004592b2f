import { isUnavailable as isAway, isNamed, isThrottled as isRefusedForNow } from '../aws/faults.ts';
import { decodeItem, type Item } from './attributes.ts';
import type { Row } from './table.ts';

/** The failures of the database, by the ways in which our code handles them. */

interface CancellationReason {
  readonly Code?: string;
  readonly Item?: unknown;
}

export const isConditionFailed = (error: unknown): boolean => isNamed(error, ['ConditionalCheckFailedException']);

/** For `catch`: ignores a failed condition, since the write is then no longer needed. */
export function unlessChanged(error: unknown): void {
  if (!isConditionFailed(error)) throw error;
}

/** The outcome of each item of a cancelled transaction, in the order of the items; undefined for any other error. */
export function cancellationReasons(error: unknown): (string | undefined)[] | undefined {
  if (!isNamed(error, ['TransactionCanceledException'])) return undefined;
  const reasons = (error as { CancellationReasons?: CancellationReason[] }).CancellationReasons ?? [];
  return reasons.map((reason) => (reason.Code === 'None' ? undefined : reason.Code));
}

/** Another writer was faster; the data must be read again. */
export class LostRace extends Error {}

/** A race with another writer: the same call may succeed when it is repeated. */
export function isRace(error: unknown): boolean {
  if (error instanceof LostRace) return true;
  if (isNamed(error, ['TransactionConflictException'])) return true;
  const reasons = cancellationReasons(error);
  return reasons?.some((reason) => reason === 'TransactionConflict') ?? false;
}

/** The same transaction is still in progress for an earlier call whose response was lost. */
export const isInProgress = (error: unknown): boolean => isNamed(error, ['TransactionInProgressException']);

/** Whether it is unknown if the failed write took effect. */
export function isOutcomeUnknown(error: unknown): boolean {
  return isUnavailable(error) && !isThrottled(error);
}

function isThrottled(error: unknown): boolean {
  const reasons = cancellationReasons(error) ?? [];
  return (
    isRefusedForNow(error) ||
    reasons.some((reason) => reason === 'ThrottlingError' || reason === 'ProvisionedThroughputExceeded')
  );
}

const outages = [
  'TransactionInProgressException',
  'AbortError', // a wave of reads that took too long
];

/** The database is overloaded, slow or unreachable; the same call may succeed later. */
export function isUnavailable(error: unknown): boolean {
  return isThrottled(error) || isAway(error) || isNamed(error, outages);
}

/** The row that made an update's condition fail; undefined if there is none, or if the database did not return it. */
export function rowBefore(error: unknown): Row | undefined {
  const item = (error as { Item?: Item } | undefined)?.Item;
  return item && decodeItem(item);
}
