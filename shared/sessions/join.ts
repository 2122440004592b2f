import { consumeOneTimeToken, findOneTimeToken, oneTimeTokenInvalid } from '../auth/one-time-token.ts';
import { sessionAttribute } from '../auth/session-marker.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { NotifyMessage } from '../messages/notify.ts';
import { notifyAdmins } from '../notifications/notice.ts';
import { reserveFor } from '../quota/reserve.ts';
import { invitationKeys } from '../table/keys/invitations.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { isSuspended, tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { recordUserEvent } from '../users/changes.ts';
import type { InvitationRow } from '../users/invitation-record.ts';
import { deleteInvitation } from '../users/invitation-rows.ts';
import { invitersOf, isValid, requireSameInviter } from '../users/inviter.ts';
import { userQuota } from '../users/quota.ts';
import { hashForAddress, newUserRow, putUser } from '../users/register.ts';
import { issueTokens, newSession, putSession, type Tokens } from './session.ts';
import { actorOf, type Visitor } from './start.ts';

/** An invited person becomes a user and is signed in at once. */

export interface Acceptance {
  readonly token: string;
  readonly password: string;
  readonly name: string;
}

interface Invited {
  readonly invitation: InvitationRow;
  /** Undefined where the platform itself has sent the invitation. */
  readonly inviter: UserRow | undefined;
  readonly workspace: WorkspaceRow;
}

const main = new Table('main');

/** @throws ONE_TIME_TOKEN_INVALID, QUOTA_EXCEEDED */
async function accept({ token, password, name }: Acceptance, visitor: Visitor): Promise<Tokens> {
  const { workspace, invitation } = await findInvitation(token);
  const passwordHash = await hashForAddress(invitation.email, password);
  const now = Date.now();
  const { email, role } = invitation;
  const user = newUserRow({ email, name, role, passwordHash, emailVerified: true }, now);
  const session = newSession(now);
  const write = async () => {
    const { invitation: open, inviter } = await findInvitation(token);
    const transaction = new Transaction();
    const more = { [sessionAttribute(session.id)]: session.expiresAt, lastLoginAt: now };
    putUser(transaction, workspace.reference, user, oneTimeTokenInvalid, more);
    putSession(transaction, workspace, user.id, session);
    deleteInvitation(transaction, tenantOf(workspace), open);
    consumeOneTimeToken(transaction, token, oneTimeTokenInvalid);
    requireSameInviter(transaction, workspace.reference, inviter);
    recordJoining(transaction, workspace, user, visitor);
    await transaction.commit();
  };
  // The tokens are signed first, so that a failure to sign does not use up the invitation.
  const tokens = await issueTokens(workspace, user, session, now);
  await reserveFor(tenantOf(workspace), userQuota, () => retryingRaces(write));
  return tokens;
}

/**
 * The invitation of a token, if it is valid, and its workspace. After a renewal the serial differs from that of older
 * mails.
 */
async function findInvitation(token: string): Promise<Invited> {
  const found = await findOneTimeToken(token, 'invitation');
  if (!found) throw oneTimeTokenInvalid();
  const [invitation, workspace] = await main.getMany<InvitationRow | WorkspaceRow>([
    invitationKeys.invitation(found.tenant, found.subject),
    workspaceKeys.workspace(found.tenant),
  ]);
  const open = invitation as InvitationRow | undefined;
  if (!workspace || isSuspended(workspace as WorkspaceRow)) throw oneTimeTokenInvalid();
  if (!open || open.serial !== found.serial || open.expiresAt <= Date.now()) throw oneTimeTokenInvalid();
  const [inviter] = await invitersOf(found.tenant, [open]);
  if (!isValid(open, inviter)) throw oneTimeTokenInvalid();
  return { invitation: open, inviter, workspace: workspace as WorkspaceRow };
}

function recordJoining(transaction: Transaction, workspace: WorkspaceRow, user: UserRow, visitor: Visitor): void {
  const handOver = notifyAdmins(tenantOf(workspace), {
    type: 'member.joined',
    title: 'A member joined',
    // Without the name, since the notification outlives the account.
    body: `An invitation was accepted: the workspace has a new ${user.role.replace('_', ' ')}.`,
    link: `/api/v1/workspaces/members?role=${user.role}`,
  });
  const changes = { email: [null, user.email], role: [null, user.role] } as const;
  recordUserEvent(transaction, actorOf(workspace, user.id, visitor), user.id, 'user.join', changes, [handOver]);
}

export const acceptInvitations = defineCapability({
  tables: {
    access: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    main: ['BatchGetItem', 'PutItem', 'DeleteItem'],
  },
  signs: true,
  handsTo: [NotifyMessage],
  open: () => ({ accept }),
});
