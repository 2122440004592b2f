import { type Role, roles } from '../auth/scopes.ts';

/** What somebody can be invited or made as; owners are made of members. */
export type InvitedRole = Exclude<Role, 'owner'>;
export const invitedRoles = roles.filter((role): role is InvitedRole => role !== 'owner');

/** An open invitation's row in the Main table; `mainKeys.invitation`. It is deleted when it is accepted or withdrawn. */
export interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly role: InvitedRole;
  readonly status: 'pending';
  /** Principal. The mail names the person, as the person is called when it is sent. */
  readonly invitedBy: string;
  /** Rises when the invitation is renewed, so that tokens of earlier mails are void. */
  readonly serial: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly createdAt: number;
}
