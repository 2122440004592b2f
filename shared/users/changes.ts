import { type Actor, type OutboxEvent, recordEvent } from '../outbox/event.ts';
import type { Transaction } from '../table/transaction.ts';

/**
 * Replaces personal values in the audit log, which outlives the account: it tells that they changed, not what they
 * were.
 */
const personal = '[personal]';

const personalFields = ['email', 'name', 'locale', 'timezone'];

type Changes = OutboxEvent['changes'];

/** Records what happened to a user, without personal values. */
export function recordUserEvent(
  transaction: Transaction,
  actor: Actor,
  userId: string,
  action: string,
  changes: Changes = {},
  handOver?: OutboxEvent['handOver'],
): void {
  const kept = Object.entries(changes).map(([field, values]) => [
    field,
    personalFields.includes(field) ? values.map((value) => (value === null ? null : personal)) : values,
  ]);
  recordEvent(transaction, actor, {
    action,
    resourceType: 'user',
    resourceId: userId,
    changes: Object.fromEntries(kept) as Changes,
    ...(handOver ? { handOver } : {}),
  });
}
