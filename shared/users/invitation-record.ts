import { type Role, roles } from '../auth/scopes.ts';

/** Roles that can be given to somebody new. Only a member can be made an owner. */
export type InvitedRole = Exclude<Role, 'owner'>;
export const invitedRoles = roles.filter((role): role is InvitedRole => role !== 'owner');

/**
 * An open invitation's row in the Main table; `invitationKeys`. It is deleted when it is accepted or withdrawn.
 */
export interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly role: InvitedRole;
  readonly status: 'pending';
  /** Principal of the sender. */
  readonly invitedBy: string;
  /** Rises when the invitation is renewed, which invalidates the tokens of earlier mails. */
  readonly serial: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly createdAt: number;
}
