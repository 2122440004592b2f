import type { Caller } from '../auth/caller.ts';
import type { Role } from '../auth/scopes.ts';
import { sessionAttributes } from '../auth/session-marker.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { RevokePhonesMessage } from '../messages/revoke-phones.ts';
import { problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { userKeys } from '../table/keys/users.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { recordUserEvent } from './changes.ts';
import { requireAnotherOwner, requireAuthorityOver } from './role-guards.ts';
import { findUser } from './users.ts';

export interface MemberChange {
  readonly role?: Role | undefined;
  readonly status?: 'active' | 'disabled' | undefined;
}

const access = new Table('access');

/** Changes role or status, with effect from the next request. A disabled user loses all sessions and phones. */
async function change(caller: Caller, id: string, given: MemberChange): Promise<UserRow> {
  return await retryingRaces(async () => {
    const before = await findUser(caller.tenant, id);
    const after = { ...before, ...defined(given) };
    requireAuthorityOver(caller, before.role);
    requireAuthorityOver(caller, after.role);
    const changed = (['role', 'status'] as const).filter((field) => before[field] !== after[field]);
    if (changed.length === 0) return before;
    const transaction = new Transaction();
    if (after.role !== 'owner' || after.status !== 'active') {
      await requireAnotherOwner(transaction, caller.tenant, before);
    }
    if (after.status === 'disabled' && id === caller.user?.id) {
      throw problem('FORBIDDEN', 'You cannot disable yourself; ask another admin, or delete your account.');
    }
    const version = before.version + 1;
    // Sessions end when a user is disabled, and again when one is enabled, should any have begun in between.
    const ended = changed.includes('status') ? sessionAttributes(before) : [];
    const lost = changed.includes('status') && after.status === 'disabled';
    transaction.update(
      access,
      userKeys.user(caller.tenant.reference, id),
      setAll({ role: after.role, status: after.status, version, ...(lost ? withoutPhones(before) : {}) }, ended),
      unchanged({ version: before.version, status: before.status, role: before.role }),
      lostRace,
    );
    const changes = Object.fromEntries(changed.map((field) => [field, [before[field], after[field]] as const]));
    const orders = lost ? [RevokePhonesMessage.order({ tenant: caller.tenant.reference, userId: id })] : [];
    recordUserEvent(transaction, caller, id, 'user.update', changes, orders);
    await transaction.commit();
    return { ...after, version };
  });
}

/** Phones that were paired before are refused from now on, also once the user is enabled again. */
const withoutPhones = ({ phoneSerial = 0 }: UserRow) => ({ phoneSerial: phoneSerial + 1 });

const defined = ({ role, status }: MemberChange) => ({ ...(role ? { role } : {}), ...(status ? { status } : {}) });

export const changeMembers = defineCapability({
  tables: { access: ['GetItem', 'Query', 'UpdateItem', 'ConditionCheckItem'], main: ['PutItem'] },
  handsTo: [RevokePhonesMessage],
  open: () => ({ change }),
});
