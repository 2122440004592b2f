import { hashPassword } from '../auth/password.ts';
import type { UserRow } from '../auth/user-record.ts';
import type { Actor, OutboxEvent } from '../outbox/event.ts';
import { Problem } from '../problems/problem.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { createWorkspace, systemCaller, type WorkspaceDraft } from '../workspaces/workspaces.ts';
import { recordUserEvent } from './changes.ts';
import { withdrawInvitation } from './invitation-rows.ts';
import { userPlaces } from './quota.ts';
import { findByEmail, newUserRow, putUser } from './register.ts';
import { setPassword } from './set-password.ts';
import { findUser } from './users.ts';

/** Owners as they come into being beside what members may do: with their workspace, or by the platform's operator. */

export interface FounderDraft {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly emailVerified: boolean;
}

export interface Founded {
  readonly workspace: WorkspaceRow;
  readonly owner: UserRow;
}

interface Circumstances {
  /** Who founds it; the platform, where nobody says. */
  readonly actor?: (founded: Founded) => Actor;
  /** What follows from the owner's record: the mail that verifies the address. */
  readonly handOver?: (founded: Founded) => OutboxEvent['handOver'];
}

/** A workspace and its first owner in one transaction: none can be left that nobody may enter. */
export async function foundWorkspace(
  draft: WorkspaceDraft,
  { password, ...founder }: FounderDraft,
  { actor = ({ workspace }) => systemCaller(workspace), handOver }: Circumstances = {},
): Promise<Founded> {
  const passwordHash = await hashPassword(password);
  const owner = newUserRow({ ...founder, role: 'owner', passwordHash }, Date.now());
  const more = (transaction: Transaction, workspace: WorkspaceRow) => {
    const founded = { workspace, owner };
    putUser(transaction, workspace.reference, owner);
    const changes = { email: [null, owner.email], role: [null, owner.role] } as const;
    recordUserEvent(transaction, actor(founded), owner.id, 'user.create', changes, handOver?.(founded));
    userPlaces.occupy(transaction, workspace.reference);
  };
  const by = (workspace: WorkspaceRow) => actor({ workspace, owner });
  const workspace = await createWorkspace(draft, { actor: by, more });
  return { workspace, owner };
}

/** One transaction writes the register's row and the user's, and a reader may meet the first a moment before the second. */
function notYet(error: unknown): never {
  throw error instanceof Problem && error.code === 'NOT_FOUND' ? lostRace() : error;
}

/**
 * Makes an owner, or of the user who has the address already an active owner with this password; all sessions of that
 * user end. For the operator, when nobody can sign in any more.
 */
export async function installOwner(workspace: WorkspaceRow, { password, ...founder }: FounderDraft): Promise<UserRow> {
  const passwordHash = await hashPassword(password);
  const caller = systemCaller(workspace);
  return await retryingRaces(async () => {
    const known = await findByEmail(workspace.reference, founder.email);
    const transaction = new Transaction();
    if (known) {
      const before = await findUser(caller.tenant, known.userId).catch(notYet);
      const after = {
        role: 'owner',
        status: 'active',
        emailVerified: before.emailVerified || founder.emailVerified,
        version: before.version + 1,
      } as const;
      setPassword(transaction, workspace.reference, before, passwordHash, after);
      const changes = { role: [before.role, 'owner'], status: [before.status, 'active'] } as const;
      recordUserEvent(transaction, caller, before.id, 'user.install_owner', changes);
      await transaction.commit();
      return { ...before, ...after, passwordHash, passwordSerial: before.passwordSerial + 1 };
    }
    const owner = newUserRow({ ...founder, role: 'owner', passwordHash }, Date.now());
    putUser(transaction, workspace.reference, owner, { taken: lostRace });
    await withdrawInvitation(transaction, caller.tenant, owner.email);
    userPlaces.occupy(transaction, workspace.reference);
    const changes = { email: [null, owner.email], role: [null, owner.role] } as const;
    recordUserEvent(transaction, caller, owner.id, 'user.create', changes);
    await transaction.commit();
    return owner;
  });
}
