import { type Actor, type OutboxEvent, recordEvent } from '../outbox/event.ts';
import type { Transaction } from '../table/transaction.ts';

/** Stands in the audit log for what a person may ask to be erased; the log keeps that it changed, not what it was. */
const personal = '[personal]';

const personalFields = ['email', 'name', 'locale', 'timezone'];

type Changes = OutboxEvent['changes'];

/** Records what happened to a user, without what is the user's own. */
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
