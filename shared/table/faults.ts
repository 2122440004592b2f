import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Row } from './table.ts';

/**
 * What went wrong in the database, in our words. Faults are read by name: the SDK's error classes would be one more
 * import in every bundle, and a fault may come from another copy of the SDK.
 */

interface CancellationReason {
  readonly Code?: string;
  readonly Item?: unknown;
}

const named = (error: unknown, ...names: string[]): boolean => error instanceof Error && names.includes(error.name);

export const isConditionFailed = (error: unknown): boolean => named(error, 'ConditionalCheckFailedException');

/** For `catch`: a write whose condition did not hold was not needed any more. */
export function unlessChanged(error: unknown): void {
  if (!isConditionFailed(error)) throw error;
}

/** Outcome of each item of a cancelled transaction, in the order of the items; undefined for any other error. */
export function cancellationReasons(error: unknown): (string | undefined)[] | undefined {
  if (!named(error, 'TransactionCanceledException')) return undefined;
  const reasons = (error as { CancellationReasons?: CancellationReason[] }).CancellationReasons ?? [];
  return reasons.map((reason) => (reason.Code === 'None' ? undefined : reason.Code));
}

/** Another writer came first; what was read before is to be read again. */
export class LostRace extends Error {}

/** A race with another writer: the same call may pass when made again. */
export function isRace(error: unknown): boolean {
  if (error instanceof LostRace) return true;
  if (named(error, 'TransactionConflictException')) return true;
  const reasons = cancellationReasons(error);
  return reasons?.some((reason) => reason === 'TransactionConflict') ?? false;
}

/** The same transaction is still being made for an earlier call, whose answer was lost. */
export const isInProgress = (error: unknown): boolean => named(error, 'TransactionInProgressException');

const networkCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

/** Nobody can tell whether a write that failed so has happened. */
export function isOutcomeUnknown(error: unknown): boolean {
  return isUnavailable(error) && !isThrottled(error);
}

function isThrottled(error: unknown): boolean {
  const refused = named(error, ...throttles);
  const reasons = cancellationReasons(error) ?? [];
  return (
    refused || reasons.some((reason) => reason === 'ThrottlingError' || reason === 'ProvisionedThroughputExceeded')
  );
}

const throttles = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
];

/** The database is overloaded, slow or away; the same call may pass later. */
export function isUnavailable(error: unknown): boolean {
  if (isThrottled(error)) return true;
  const code = (error as { code?: unknown } | undefined)?.code;
  return named(error, ...outages) || (typeof code === 'string' && networkCodes.includes(code));
}

const outages = [
  'InternalServerError',
  'TransactionInProgressException',
  'ServiceUnavailableException',
  'ServiceUnavailable',
  'TimeoutError',
  'NetworkingError',
  'AbortError', // a wave of reads that took too long
];

/** The row that made an update's condition fail; undefined where there is none, or the database did not return it. */
export function rowBefore(error: unknown): Row | undefined {
  const item = (error as { Item?: Parameters<typeof unmarshall>[0] } | undefined)?.Item;
  return item && unmarshall(item);
}
