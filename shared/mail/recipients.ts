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
 * The active users who have an address, in the order of their workspaces' references.
 *
 * @param wanted id or slug of the only workspace that is meant
 */
export async function recipientsOf(email: string, wanted: string | undefined): Promise<Recipient[]> {
  const entries = await access.queryAll<Partial<RegisterRow>>(
    accessKeys.signIns(platformReference, normalEmail(email)),
  );
  // Rows of another kind lie beside the records of the address.
  const records = entries.filter((entry): entry is RegisterRow => entry.userId !== undefined);
  const isMeant = ({ workspace: { id, slug } }: Recipient) => wanted === undefined || wanted === id || wanted === slug;
  return (await readRecipients(records)).filter(isMeant).slice(0, mostRecipients);
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
