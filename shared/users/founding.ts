import { hashPassword } from '../auth/password.ts';
import type { OutboxEvent } from '../outbox/event.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { createWorkspace, systemCaller, type WorkspaceDraft } from '../tenancy/workspaces.ts';
import { recordUserEvent } from './changes.ts';
import { newUserRow, putUser } from './register.ts';
import type { UserRow } from './user-record.ts';
import { userPlaces } from './users.ts';

/** A workspace with its first owner, in one transaction: nobody can be left with a workspace that nobody may enter. */

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

/** @param handOver what follows from the owner's record: the mail that verifies the address */
export async function foundWorkspace(
  draft: WorkspaceDraft,
  { password, ...founder }: FounderDraft,
  handOver?: (workspace: WorkspaceRow, owner: UserRow) => OutboxEvent['handOver'],
): Promise<Founded> {
  const passwordHash = await hashPassword(password);
  const owner = newUserRow({ ...founder, role: 'owner', passwordHash }, Date.now());
  const workspace = await createWorkspace(draft, (transaction, row) => {
    putUser(transaction, row.reference, owner);
    const changes = { email: [null, owner.email], role: [null, owner.role] } as const;
    recordUserEvent(transaction, systemCaller(row), owner.id, 'user.create', changes, handOver?.(row, owner));
  });
  await userPlaces.overfill(tenantOf(workspace), async () => undefined);
  return { workspace, owner };
}
