import type { Caller } from '../auth/caller.ts';
import { type Role, scopesOf } from '../auth/scopes.ts';
import type { UserRow } from '../auth/user-record.ts';
import { problem } from '../problems/problem.ts';
import { userKeys } from '../table/keys/users.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';

/**
 * Rules about roles that go beyond a route's scope: nobody gives rights that they lack, and a workspace keeps an owner.
 */

const access = new Table('access');

/** Whether users with one role may give another: they manage users, and have all rights of the other role. */
export function mayGive(giver: Role, role: Role): boolean {
  const held = scopesOf(giver);
  return held.includes('users:write') && scopesOf(role).every((scope) => held.includes(scope));
}

/** Only someone who has all rights of a role may give it, take it away, or remove a user who has it. */
export function requireAuthorityOver({ scopes }: Caller, role: Role): void {
  if (scopesOf(role).every((scope) => scopes.has(scope))) return;
  throw problem('FORBIDDEN', `The role "${role}" has rights that you lack; ask someone who has them.`);
}

const activeOwner = {
  expression: '#role = :owner AND #status = :active',
  names: { '#role': 'role', '#status': 'status' },
  values: { ':owner': 'owner', ':active': 'active' },
};

const isOwner = ({ role, status }: UserRow): boolean => role === 'owner' && status === 'active';

/**
 * To be called before a workspace loses an owner: finds another owner, and lets the transaction succeed only while that
 * one remains. When two owners remove each other at the same time, each transaction needs the other owner, so one of
 * them fails.
 *
 * @throws LAST_OWNER when there is no other owner
 */
export async function requireAnotherOwner(transaction: Transaction, tenant: Tenant, leaving: UserRow): Promise<void> {
  if (!isOwner(leaving)) return;
  const owners = await access.queryAll<UserRow>(userKeys.users(tenant.reference), { filter: activeOwner });
  const other = owners.find(({ id }) => id !== leaving.id);
  if (!other) {
    throw problem('LAST_OWNER', 'This is the last owner of the workspace; make someone else an owner first.');
  }
  transaction.check(access, userKeys.user(tenant.reference, other.id), activeOwner, lostRace);
}
