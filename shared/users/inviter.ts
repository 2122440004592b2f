import { systemPrincipal } from '../auth/caller.ts';
import type { UserRow } from '../auth/user-record.ts';
import { unchanged } from '../table/expressions.ts';
import { userKeys } from '../table/keys/users.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { InvitationRow } from './invitation-record.ts';
import { mayGive } from './role-guards.ts';

/**
 * An invitation counts only while its sender may still give the role. Someone who was removed, disabled or demoted must not
 * come back, or let others in, through an invitation that was sent before.
 */

const access = new Table('access');

type Sent = Pick<InvitationRow, 'invitedBy' | 'role'>;

const userIdOf = ({ invitedBy }: Sent): string => invitedBy.replace(/^user_/, '');

/** The users who sent these invitations, in the same order; undefined for those who are gone. */
export async function invitersOf(
  tenant: TenantReference,
  invitations: readonly Sent[],
): Promise<(UserRow | undefined)[]> {
  const ids = invitations.map(userIdOf);
  const different = [...new Set(ids)];
  const rows = await access.getMany<UserRow>(different.map((id) => userKeys.user(tenant, id)));
  return ids.map((id) => rows[different.indexOf(id)]);
}

export function isValid(invitation: Sent, inviter: UserRow | undefined): boolean {
  if (invitation.invitedBy === systemPrincipal) return true;
  return inviter?.status === 'active' && mayGive(inviter.role, invitation.role);
}

/** Lets a transaction succeed only while the inviter is as read. Invitations of the platform itself have no inviter. */
export function requireSameInviter(
  transaction: Transaction,
  tenant: TenantReference,
  inviter: UserRow | undefined,
): void {
  if (!inviter) return;
  const { id, status, role } = inviter;
  transaction.check(access, userKeys.user(tenant, id), unchanged({ status, role }), lostRace);
}
