import { systemPrincipal } from '../auth/caller.ts';
import type { UserRow } from '../auth/user-record.ts';
import { unchanged } from '../table/expressions.ts';
import { accessKeys } from '../table/keys.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { InvitationRow } from './invitation-record.ts';
import { mayGive } from './role-guards.ts';

/**
 * An invitation counts only while whoever sent it may still give its role. Who was removed, disabled or demoted meanwhile
 * must not come back, or let others in, by an invitation sent before.
 */

const access = new Table('access');

type Sent = Pick<InvitationRow, 'invitedBy' | 'role'>;

const userIdOf = ({ invitedBy }: Sent): string => invitedBy.replace(/^user_/, '');

/** The users who sent these invitations, in their order; undefined where there is none any more. */
export async function invitersOf(
  tenant: TenantReference,
  invitations: readonly Sent[],
): Promise<(UserRow | undefined)[]> {
  const ids = invitations.map(userIdOf);
  const different = [...new Set(ids)];
  const rows = await access.getMany<UserRow>(different.map((id) => accessKeys.user(tenant, id)));
  return ids.map((id) => rows[different.indexOf(id)]);
}

export function counts(invitation: Sent, inviter: UserRow | undefined): boolean {
  if (invitation.invitedBy === systemPrincipal) return true;
  return inviter?.status === 'active' && mayGive(inviter.role, invitation.role);
}

/** Holds a transaction to the inviter's being as read. The platform's own invitations depend on nobody. */
export function holdToInviter(transaction: Transaction, tenant: TenantReference, inviter: UserRow | undefined): void {
  if (!inviter) return;
  const { id, status, role } = inviter;
  transaction.check(access, accessKeys.user(tenant, id), unchanged({ status, role }), lostRace);
}
