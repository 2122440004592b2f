import type { UserRow } from '../auth/user-record.ts';
import { userKeys } from '../table/keys/users.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import { isSuspended, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { inWorkspace, type RegisterRow, recordsOf } from '../users/register.ts';

const access = new Table('access');
const main = new Table('main');

/** An active user of a workspace. */
export interface Recipient {
  readonly workspace: WorkspaceRow;
  readonly user: UserRow;
}

/**
 * The active users who have an address, oldest first.
 *
 * @param wanted id or slug of a workspace, if only that one is meant; without it at most `mostRecords` users are
 *   returned
 */
export async function recipientsOf(email: string, wanted: string | undefined): Promise<Recipient[]> {
  return inWorkspace(await readRecipients(await recordsOf(email, wanted)), wanted);
}

/** The active users among these records. */
export async function readRecipients(records: readonly RegisterRow[]): Promise<Recipient[]> {
  const [users, workspaces] = await Promise.all([
    access.getMany<UserRow>(records.map(({ tenant, userId }) => userKeys.user(tenant, userId))),
    main.getMany<WorkspaceRow>(records.map(({ tenant }) => workspaceKeys.workspace(tenant))),
  ]);
  return users.flatMap((user, i) => {
    const workspace = workspaces[i];
    if (!workspace || isSuspended(workspace)) return [];
    return user?.status === 'active' ? [{ workspace, user }] : [];
  });
}
