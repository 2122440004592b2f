import { type Actor, type OutboxEvent, recordEvent } from '../outbox/event.ts';
import type { Transaction } from '../table/transaction.ts';
import type { FormRow } from './form.ts';

type More = Pick<OutboxEvent, 'changes' | 'handOver'>;

/** The audit entry of a change of a form. A schema is too long for it: the entry only says that it was changed. */
export function recordFormEvent(
  transaction: Transaction,
  actor: Actor,
  verb: 'create' | 'update' | 'publish' | 'assign' | 'delete',
  { id }: Pick<FormRow, 'id'>,
  more: More,
): void {
  recordEvent(transaction, actor, { action: `form.${verb}`, resourceType: 'form', resourceId: id, ...more });
}
