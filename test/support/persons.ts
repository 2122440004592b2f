import { hashPassword } from '../../shared/auth/password.ts';
import type { Role } from '../../shared/auth/scopes.ts';
import type { UserRow } from '../../shared/auth/user-record.ts';
import { startSession } from '../../shared/sessions/start.ts';
import { userKeys } from '../../shared/table/keys/users.ts';
import { Table } from '../../shared/table/table.ts';
import { Transaction } from '../../shared/table/transaction.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { emailTaken, newUserRow, putUser } from '../../shared/users/register.ts';

/** Creates people of a workspace directly in its tables. */

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly role: Role;
  readonly workspace: WorkspaceRow;
}

const usual = 'Correct-horse-7';
let hash: Promise<string> | undefined;
let number = 0;

export async function newPerson(
  workspace: WorkspaceRow,
  role: Role,
  {
    password = usual,
    ...more
  }: { password?: string } & Partial<Pick<UserRow, 'email' | 'name' | 'status' | 'emailVerified'>> = {},
): Promise<Person> {
  number += 1;
  hash ??= hashPassword(usual);
  const email = `${role}-${workspace.slug}-${process.pid}-${number}@example.com`;
  const passwordHash = password === usual ? await hash : await hashPassword(password);
  const draft = { email, name: `A ${role}`, role, passwordHash, emailVerified: true, ...more };
  const row = { ...newUserRow(draft, Date.now()), ...(more.status ? { status: more.status } : {}) };
  const transaction = new Transaction();
  putUser(transaction, workspace.reference, row, emailTaken);
  await transaction.commit();
  return { id: row.id, email: row.email, password, role, workspace };
}

export interface SignedIn {
  readonly access_token: string;
  readonly refresh_token: string;
}

/**
 * Creates a session of this person directly, as a sign-in does after the password was verified; a real sign-in takes
 * long on purpose.
 */
export async function signIn({ id, workspace }: Person): Promise<SignedIn> {
  const user = await new Table('access').get<UserRow>(userKeys.user(workspace.reference, id));
  return await startSession({ workspace, user: user! }, { id: 'req_TEST', address: '127.0.0.1' });
}
