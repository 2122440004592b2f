import type { Role } from '../auth/scopes.ts';

/** An open invitation's row in the Main table; `mainKeys.invitation`. It is deleted when it is accepted or withdrawn. */
export interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly role: Exclude<Role, 'owner'>;
  readonly status: 'pending';
  /** Principal. */
  readonly invitedBy: string;
  /** Name of the person, as the mail says it; keys have none. */
  readonly inviterName?: string;
  /** Rises when the invitation is renewed, so that tokens of earlier mails are void. */
  readonly serial: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly createdAt: number;
}
