import type { KeyRow } from '../auth/key-record.ts';
import { changesBetween } from '../json/equality.ts';
import { type Actor, type OutboxEvent, recordEvent } from '../outbox/event.ts';
import type { Transaction } from '../table/transaction.ts';
import { showKey } from './show.ts';

/** The audit entries of keys: they show the fields that people set, never the secret or its hash. */

type Changes = OutboxEvent['changes'];

const fields = ['name', 'description', 'scopes', 'allowed_cidrs', 'expires_at', 'rate_limit_per_hour'] as const;

/** The fields that people set, before and after a change; for a new key, all fields that are set. */
export function keyChanges(before: KeyRow | undefined, after: KeyRow): Changes {
  return changesBetween(fields, before && showKey(before, 0), showKey(after, 0));
}

export function recordKeyEvent(
  transaction: Transaction,
  actor: Actor,
  action: 'create' | 'update' | 'rotate' | 'revoke',
  row: KeyRow,
  changes: Changes,
): void {
  recordEvent(transaction, actor, {
    action: `api_key.${action}`,
    resourceType: 'api_key',
    resourceId: row.id,
    changes,
  });
}
