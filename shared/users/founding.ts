import type { UserRow } from '../auth/user-record.ts';
import type { Actor, OutboxEvent } from '../outbox/event.ts';
import { Problem } from '../problems/problem.ts';
import { reserveIn } from '../quota/reserve.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { createWorkspace, systemCaller, type WorkspaceDraft } from '../workspaces/workspaces.ts';
import { recordUserEvent } from './changes.ts';
import { withdrawInvitation } from './invitation-rows.ts';
import { userQuota } from './quota.ts';
import { findByEmail, hashForAddress, newUserRow, putUser } from './register.ts';
import { setPassword } from './set-password.ts';
import { findUser } from './users.ts';

/**
 * Owners who are not appointed by other members: the founder of a workspace, and those whom the platform's operator
 * appoints.
 */

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
  /** The actor who founds it; the platform by default. */
  readonly actor?: (founded: Founded) => Actor;
  /** What to hand over with the owner's record, such as the mail that verifies the address. */
  readonly handOver?: (founded: Founded) => OutboxEvent['handOver'];
}

/**
 * Creates a workspace and its first owner in one transaction, so that no workspace exists without someone who can enter
 * it.
 */
export async function foundWorkspace(
  draft: WorkspaceDraft,
  { password, ...founder }: FounderDraft,
  { actor = ({ workspace }) => systemCaller(workspace), handOver }: Circumstances = {},
): Promise<Founded> {
  const passwordHash = await hashForAddress(founder.email, password);
  const owner = newUserRow({ ...founder, role: 'owner', passwordHash }, Date.now());
  const more = (transaction: Transaction, workspace: WorkspaceRow) => {
    const founded = { workspace, owner };
    // A workspace that is only just made has no user who could have the address.
    putUser(transaction, workspace.reference, owner, lostRace);
    const changes = { email: [null, owner.email], role: [null, owner.role] } as const;
    recordUserEvent(transaction, actor(founded), owner.id, 'user.create', changes, handOver?.(founded));
    reserveIn(transaction, workspace.reference, userQuota);
  };
  const by = (workspace: WorkspaceRow) => actor({ workspace, owner });
  const workspace = await createWorkspace(draft, { actor: by, more });
  return { workspace, owner };
}

/**
 * A transaction writes the register's row and the user's row, and a reader may see the first a moment before the
 * second.
 */
function notYet(error: unknown): never {
  throw error instanceof Problem && error.code === 'NOT_FOUND' ? lostRace() : error;
}

/**
 * Makes an owner. A user who has the address already becomes an active owner with this password, and all of their
 * sessions end. The operator uses this when nobody can sign in any more.
 */
export async function installOwner(workspace: WorkspaceRow, { password, ...founder }: FounderDraft): Promise<UserRow> {
  const passwordHash = await hashForAddress(founder.email, password);
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
    putUser(transaction, workspace.reference, owner, lostRace);
    await withdrawInvitation(transaction, caller.tenant, owner.email);
    reserveIn(transaction, workspace.reference, userQuota);
    const changes = { email: [null, owner.email], role: [null, owner.role] } as const;
    recordUserEvent(transaction, caller, owner.id, 'user.create', changes);
    await transaction.commit();
    return owner;
  });
}
