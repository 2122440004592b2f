import type { Caller } from '../auth/caller.ts';
import { personOf } from '../auth/person.ts';
import { sessionAttribute } from '../auth/session-marker.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import type { Actor } from '../outbox/event.ts';
import { setAll } from '../table/expressions.ts';
import { userKeys } from '../table/keys/users.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { recordUserEvent } from '../users/changes.ts';

const access = new Table('access');

/** Ends sessions of a user at once: their markers are removed, and all of their tokens are refused from then on. */
export async function endSessions(
  tenant: TenantReference,
  user: Pick<UserRow, 'id'>,
  sessionIds: readonly string[],
  actor: Actor,
  action: string,
): Promise<void> {
  const transaction = new Transaction().update(
    access,
    userKeys.user(tenant, user.id),
    setAll({}, sessionIds.map(sessionAttribute)),
    { expression: 'attribute_exists(pk)' },
  );
  recordUserEvent(transaction, actor, user.id, action);
  await retryingRaces(() => transaction.commit());
}

/** Ends the session of the request. */
async function end(caller: Caller): Promise<void> {
  const { id, sessionId } = personOf(caller);
  await endSessions(caller.tenant.reference, { id }, [sessionId], caller, 'auth.logout');
}

export const endOwnSession = defineCapability({
  tables: { access: ['UpdateItem'], main: ['PutItem'] },
  open: () => ({ end }),
});
