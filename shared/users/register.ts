import type { Role } from '../auth/scopes.ts';
import type { UserRow } from '../auth/user-record.ts';
import { problem } from '../problems/problem.ts';
import { absent } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { accessKeys } from '../table/keys.ts';
import { type Row, Table } from '../table/table.ts';
import type { Refusal, Transaction } from '../table/transaction.ts';
import { platformReference, type TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { normalEmail } from '../wire/email.ts';

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

/** Records of an address that one request goes through: anybody may make users of somebody else's address. */
export const mostRecords = 20;

/**
 * The records of an address, oldest first: whoever makes users of it later puts nobody in the shade.
 *
 * @param wanted id or slug of the only workspace that is meant; without it there are `mostRecords` at most
 */
export async function recordsOf(email: string, wanted: string | undefined): Promise<RegisterRow[]> {
  const records = await access.queryAll<RegisterRow>(accessKeys.signIns(platformReference, normalEmail(email)));
  const oldest = records.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
  return wanted === undefined ? oldest.slice(0, mostRecords) : oldest;
}

/** Those of the workspace with the wanted id, else with that slug: a slug may look like the id of another workspace. */
export function inWorkspace<F extends { readonly workspace: WorkspaceRow }>(
  found: F[],
  wanted: string | undefined,
): F[] {
  if (wanted === undefined) return found;
  const byId = found.filter(({ workspace }) => workspace.id === wanted);
  return byId.length > 0 ? byId : found.filter(({ workspace }) => workspace.slug === wanted);
}
