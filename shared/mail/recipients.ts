import { accessKeys, mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import { platformReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { normalEmail } from '../users/email.ts';
import type { RegisterRow } from '../users/register.ts';
import type { UserRow } from '../users/user-record.ts';

const access = new Table('access');
const main = new Table('main');

/** An active user in a workspace. */
export interface Recipient {
  readonly workspace: WorkspaceRow;
  readonly user: UserRow;
}

/** Mails that one message sends at most: an address can be given a user in any number of workspaces without its consent. */
export const mostRecipients = 20;

/**
 * The active users who have an address, oldest first.
 *
 * @param wanted id or slug of the only workspace that is meant
 */
export async function recipientsOf(email: string, wanted: string | undefined): Promise<Recipient[]> {
  const records = await access.queryAll<RegisterRow>(accessKeys.signIns(platformReference, normalEmail(email)));
  // The oldest first: whoever makes users of an address later puts nobody in the shade.
  const oldest = records.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
  if (wanted === undefined) return await readRecipients(oldest.slice(0, mostRecipients));
  const found = await readRecipients(oldest);
  // An id first: a slug may look like the id of another workspace.
  const byId = found.filter(({ workspace }) => workspace.id === wanted);
  return byId.length > 0 ? byId : found.filter(({ workspace }) => workspace.slug === wanted);
}

/** Those of these users who are active. */
export async function readRecipients(records: readonly RegisterRow[]): Promise<Recipient[]> {
  const [users, workspaces] = await Promise.all([
    access.getMany<UserRow>(records.map(({ tenant, userId }) => accessKeys.user(tenant, userId))),
    main.getMany<WorkspaceRow>(records.map(({ tenant }) => mainKeys.workspace(tenant))),
  ]);
  return users.flatMap((user, i) => {
    const workspace = workspaces[i];
    return workspace && user?.status === 'active' ? [{ workspace, user }] : [];
  });
}
