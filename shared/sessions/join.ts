import { consumeOneTimeToken, findOneTimeToken, oneTimeTokenInvalid } from '../auth/one-time-token.ts';
import { hashPassword } from '../auth/password.ts';
import { sessionAttribute } from '../auth/session-marker.ts';
import { signTokens, type TokenSigner } from '../auth/token-signer.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { notifyAdmins } from '../notifications/notify-message.ts';
import { mainKeys } from '../table/keys.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { recordUserEvent } from '../users/changes.ts';
import type { InvitationRow } from '../users/invitation-record.ts';
import { deleteInvitation } from '../users/invitation-rows.ts';
import { userPlaces } from '../users/quota.ts';
import { newUserRow, putUser } from '../users/register.ts';
import { issueTokens, newSession, putSession, type Tokens } from './session.ts';
import { actorOf, type Visitor } from './start.ts';

/** An invited person becomes a user, signed in at once. */

export interface Acceptance {
  readonly token: string;
  readonly password: string;
  readonly name: string;
}

interface Invited {
  readonly invitation: InvitationRow;
  readonly workspace: WorkspaceRow;
}

const main = new Table('main');

class Joining {
  readonly #signer: TokenSigner = signTokens.open();

  /** @throws ONE_TIME_TOKEN_INVALID, QUOTA_EXCEEDED */
  async accept({ token, password, name }: Acceptance, visitor: Visitor): Promise<Tokens> {
    const { workspace, invitation } = await findInvitation(token);
    const passwordHash = await hashPassword(password);
    const now = Date.now();
    const { email, role } = invitation;
    const user = newUserRow({ email, name, role, passwordHash, emailVerified: true }, now);
    const session = newSession(now);
    const write = async () => {
      const { invitation: open } = await findInvitation(token);
      const transaction = new Transaction();
      const more = { [sessionAttribute(session.id)]: session.expiresAt, lastLoginAt: now };
      putUser(transaction, workspace.reference, user, { more, taken: oneTimeTokenInvalid });
      putSession(transaction, workspace, user.id, session);
      deleteInvitation(transaction, tenantOf(workspace), open);
      consumeOneTimeToken(transaction, token);
      recordJoining(transaction, workspace, user, visitor);
      await transaction.commit();
    };
    // Signed first: an invitation must not be used up for tokens that nobody gets.
    const tokens = await issueTokens(this.#signer, workspace, user, session, now);
    await userPlaces.fill(tenantOf(workspace), () => retryingRaces(write));
    return tokens;
  }
}

/** The open invitation of a token, and where it leads. A renewed invitation has another serial than older mails. */
async function findInvitation(token: string): Promise<Invited> {
  const found = await findOneTimeToken(token, 'invitation');
  if (!found) throw oneTimeTokenInvalid();
  const [invitation, workspace] = await main.getMany<InvitationRow | WorkspaceRow>([
    mainKeys.invitation(found.tenant, found.subject),
    mainKeys.workspace(found.tenant),
  ]);
  const open = invitation as InvitationRow | undefined;
  if (!open || !workspace || open.serial !== found.serial || open.expiresAt <= Date.now()) throw oneTimeTokenInvalid();
  return { invitation: open, workspace: workspace as WorkspaceRow };
}

function recordJoining(transaction: Transaction, workspace: WorkspaceRow, user: UserRow, visitor: Visitor): void {
  const told = notifyAdmins(tenantOf(workspace), {
    type: 'member.joined',
    title: 'A member joined',
    // Without the name: a notification outlives the person's account.
    body: `An invitation was accepted: the workspace has a new ${user.role.replace('_', ' ')}.`,
    link: `/api/v1/workspaces/members?role=${user.role}`,
  });
  const changes = { email: [null, user.email], role: [null, user.role] } as const;
  recordUserEvent(transaction, actorOf(workspace, user.id, visitor), user.id, 'user.join', changes, told);
}

export const joining = defineCapability({
  tables: {
    access: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    main: ['BatchGetItem', 'PutItem', 'DeleteItem'],
  },
  signs: true,
  open: () => new Joining(),
});
