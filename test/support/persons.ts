import { hashPassword } from '../../shared/auth/password.ts';
import type { Role } from '../../shared/auth/scopes.ts';
import type { UserRow } from '../../shared/auth/user-record.ts';
import { Transaction } from '../../shared/table/transaction.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { newUserRow, putUser } from '../../shared/users/register.ts';
import { endpoint } from './endpoints.ts';
import { invoke } from './invoke.ts';

/** People of a workspace, put into its tables, who sign in as people do. */

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
  putUser(transaction, workspace.reference, row);
  await transaction.commit();
  return { id: row.id, email: row.email, password, role, workspace };
}

export interface SignedIn {
  readonly access_token: string;
  readonly refresh_token: string;
}

export async function signIn({ email, password: given, workspace }: Person): Promise<SignedIn> {
  const answer = await invoke(endpoint('auth/login'), {
    body: { email, password: given, workspace: workspace.id },
  });
  if (answer.status !== 200) throw new Error(`${email} cannot sign in: ${JSON.stringify(answer.body)}`);
  return answer.body as SignedIn;
}
