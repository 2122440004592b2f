import type { KeyRow } from '../auth/key-record.ts';
import { type Actor, type OutboxEvent, recordEvent } from '../outbox/event.ts';
import type { Transaction } from '../table/transaction.ts';
import { showKey } from './show.ts';

/** What the audit log says of a key: the fields that people set, never its secret or the hash of it. */

type Changes = OutboxEvent['changes'];

const told = ['name', 'description', 'scopes', 'allowed_cidrs', 'expires_at', 'rate_limit_per_hour'] as const;

/** The fields that people set, before and after; for a new key all of them. */
export function keyChanges(before: KeyRow | undefined, after: KeyRow): Changes {
  const [old, fresh] = [before && showKey(before, 0), showKey(after, 0)];
  const changed = told.filter((name) => JSON.stringify(old?.[name] ?? null) !== JSON.stringify(fresh[name]));
  return Object.fromEntries(changed.map((name) => [name, [old?.[name] ?? null, fresh[name]]]));
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
