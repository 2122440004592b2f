import type { Caller } from '../auth/caller.ts';
import { type Role, scopesOf } from '../auth/scopes.ts';
import type { UserRow } from '../auth/user-record.ts';
import { problem } from '../problems/problem.ts';
import { accessKeys } from '../table/keys.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';

/** Rules about roles that go beyond a route's scope: nobody hands out more than they have, and an owner remains. */

const access = new Table('access');

export const noSuchUser = () => problem('NOT_FOUND', 'No user of this workspace has this id.', { resource: 'user' });

/** A role may be given, taken or removed only by someone who may do all that it allows. */
export function requireStanding({ scopes }: Caller, role: Role): void {
  if (scopesOf(role).every((scope) => scopes.has(scope))) return;
  throw problem('FORBIDDEN', `The role "${role}" holds rights that you do not have; ask one who has them.`);
}

const activeOwner = {
  expression: '#role = :owner AND #status = :active',
  names: { '#role': 'role', '#status': 'status' },
  values: { ':owner': 'owner', ':active': 'active' },
};

const isOwner = ({ role, status }: UserRow): boolean => role === 'owner' && status === 'active';

/**
 * Before an owner is lost: finds another one and holds the transaction to its remaining one. Two owners who remove each
 * other at once each need the other, so one of the two transactions fails.
 *
 * @throws LAST_OWNER where there is no other
 */
export async function requireAnotherOwner(transaction: Transaction, tenant: Tenant, leaving: UserRow): Promise<void> {
  if (!isOwner(leaving)) return;
  const owners = await access.queryAll<UserRow>(accessKeys.users(tenant.reference), { filter: activeOwner });
  const other = owners.find(({ id }) => id !== leaving.id);
  if (!other) {
    throw problem('LAST_OWNER', 'This is the last owner of the workspace; make someone else an owner first.');
  }
  transaction.check(access, accessKeys.user(tenant.reference, other.id), activeOwner, lostRace);
}
