import { type TokenPurpose, tokenLifeSeconds } from '../auth/one-time-token.ts';
import type { UserRow } from '../auth/user-record.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { InvitationRow } from '../users/invitation-record.ts';
import { inSubject, unlinked } from './plain-text.ts';
import type { Letter } from './render.ts';

/** The texts of the platform's mails. */

type Named = Pick<WorkspaceRow, 'name'>;
type Person = Pick<UserRow, 'name' | 'email'>;

const newPassword = '<your new password>';

function greeting({ name }: Person): string {
  const known = unlinked(name);
  return known ? `Hello ${known},` : 'Hello,';
}

/** `60 minutes`, `48 hours`. */
function lifeOf(purpose: TokenPurpose): string {
  const minutes = tokenLifeSeconds[purpose] / 60;
  return minutes <= 60 ? `${minutes} minutes` : `${minutes / 60} hours`;
}

export function passwordResetLetter(workspace: Named, user: Person, token: string): Letter {
  return {
    subject: `Choose a new password for ${inSubject(workspace.name, 'your workspace')}`,
    paragraphs: [
      greeting(user),
      `Someone asked for a new password for ${user.email} in the workspace ${unlinked(workspace.name)}.`,
    ],
    step: {
      label: 'Choose a new password',
      token,
      page: '/reset-password',
      operation: '/api/v1/auth/password-reset/confirm',
      body: { new_password: newPassword },
    },
    closing: [
      `This works once, within ${lifeOf('password_reset')}, and ends all your sessions.`,
      'If it was not you who asked, ignore this mail: your password stays as it is.',
    ],
  };
}

export function verificationLetter(workspace: Named, user: Person, token: string): Letter {
  return {
    subject: `Verify your e-mail address for ${inSubject(workspace.name, 'your workspace')}`,
    paragraphs: [
      greeting(user),
      `${user.email} was given as your address in the workspace ${unlinked(workspace.name)}. Please verify that it is yours.`,
    ],
    step: {
      label: 'Verify this address',
      token,
      page: '/verify-email',
      operation: '/api/v1/auth/verify-email',
      body: {},
    },
    closing: [
      `This works once, within ${lifeOf('verify_email')}.`,
      'If you know nothing of it, ignore this mail: the address stays unverified.',
    ],
  };
}

const article = (noun: string): string => (/^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`);

const instant = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** @param inviterName empty when no inviter is to be named */
export function invitationLetter(
  workspace: Named,
  invitation: Pick<InvitationRow, 'email' | 'role' | 'expiresAt'>,
  inviterName: string,
  token: string,
): Letter {
  const by = unlinked(inviterName);
  const role = article(invitation.role.replace('_', ' '));
  const offer = `to join the workspace ${unlinked(workspace.name)} as ${role}.`;
  return {
    subject: `You are invited to ${inSubject(workspace.name, 'a workspace')}`,
    paragraphs: [
      'Hello,',
      by ? `${by} invites ${invitation.email} ${offer}` : `${invitation.email} is invited ${offer}`,
    ],
    step: {
      label: 'Accept the invitation',
      token,
      page: '/accept-invitation',
      operation: '/api/v1/auth/accept-invitation',
      body: { password: newPassword, name: '<your name>' },
    },
    closing: [
      `This works once, until ${instant.format(invitation.expiresAt)} UTC.`,
      'If you do not know who invites you, ignore this mail: nothing happens until the invitation is accepted.',
    ],
  };
}
