import type { Role } from '../auth/scopes.ts';
import { problem } from '../problems/problem.ts';
import { newId } from '../table/ids.ts';
import { accessKeys } from '../table/keys.ts';
import { type Row, Table } from '../table/table.ts';
import type { Refusal, Transaction } from '../table/transaction.ts';
import { platformReference, type TenantReference } from '../tenancy/tenant.ts';
import { normalEmail } from './email.ts';
import type { UserRow } from './user-record.ts';

/**
 * The register of e-mail addresses: one row for each workspace in which an address has a user. It is what makes an
 * address unique in a workspace, and where sign-in, which knows no workspace yet, begins.
 */

/** A row of the register: whose record it is. */
export interface RegisterRow {
  readonly userId: string;
  readonly tenant: TenantReference;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly emailVerified: boolean;
}

const access = new Table('access');
const absent = { expression: 'attribute_not_exists(pk)' };

export function newUserRow(draft: NewUser, now: number): UserRow {
  return { ...draft, id: newId(now), status: 'active', passwordSerial: 1, createdAt: now, version: 1 };
}

export const emailTaken = () => problem('EMAIL_TAKEN', 'A user of this workspace has this e-mail address already.');

/** Adds a user with the register's row; `more` are attributes of the row beside the record. */
export function putUser(
  transaction: Transaction,
  tenant: TenantReference,
  row: UserRow,
  { more = {}, taken = emailTaken }: { readonly more?: Row; readonly taken?: Refusal } = {},
): void {
  const entry = { userId: row.id, tenant } satisfies RegisterRow;
  transaction.put(access, accessKeys.signIn(platformReference, normalEmail(row.email), tenant), entry, absent, taken);
  transaction.put(access, accessKeys.user(tenant, row.id), { ...row, ...more }, absent);
}

/** Holds a transaction to nobody's having this address in this workspace. */
export function requireFreeAddress(transaction: Transaction, tenant: TenantReference, email: string): void {
  const key = accessKeys.signIn(platformReference, normalEmail(email), tenant);
  transaction.check(access, key, absent, emailTaken);
}

/** Frees a user's address. */
export function leaveRegister(transaction: Transaction, tenant: TenantReference, row: UserRow): void {
  transaction.delete(access, accessKeys.signIn(platformReference, normalEmail(row.email), tenant));
}

/** The user who has this address in this workspace. */
export async function findByEmail(tenant: TenantReference, email: string): Promise<RegisterRow | undefined> {
  return await access.get<RegisterRow>(accessKeys.signIn(platformReference, normalEmail(email), tenant));
}
