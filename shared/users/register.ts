import { hashPassword } from '../auth/password.ts';
import type { Role } from '../auth/scopes.ts';
import type { UserRow } from '../auth/user-record.ts';
import { problem } from '../problems/problem.ts';
import { absent } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { signInKeys, userKeys } from '../table/keys/users.ts';
import { type Row, Table } from '../table/table.ts';
import type { Refusal, Transaction } from '../table/transaction.ts';
import { platformReference, type TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { normalEmail } from '../wire/email.ts';

/**
 * The register of e-mail addresses: one row for each workspace in which an address has a user. It keeps addresses
 * unique in a workspace. Sign-in begins with it, because the workspace is not known yet.
 */

/** A row of the register: the user who has the address in one workspace. */
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

export function newUserRow(draft: NewUser, now: number, id?: string): UserRow {
  return { ...draft, id: id ?? newId(now), status: 'active', passwordSerial: 1, createdAt: now, version: 1 };
}

export const emailTaken = () => problem('EMAIL_TAKEN', 'A user of this workspace has this e-mail address already.');

/**
 * Adds a user and the register's row.
 *
 * @param taken what to throw where the address has a user in this workspace
 * @param more further attributes of the user's row
 */
export function putUser(
  transaction: Transaction,
  tenant: TenantReference,
  row: UserRow,
  taken: Refusal,
  more: Row = {},
): void {
  const entry = { userId: row.id, tenant } satisfies RegisterRow;
  transaction.put(access, signInKeys.signIn(platformReference, normalEmail(row.email), tenant), entry, absent, taken);
  transaction.put(access, userKeys.user(tenant, row.id), { ...row, ...more }, absent);
}

/** Lets a transaction succeed only while nobody in this workspace has this address. */
export function requireFreeAddress(transaction: Transaction, tenant: TenantReference, email: string): void {
  const key = signInKeys.signIn(platformReference, normalEmail(email), tenant);
  transaction.check(access, key, absent, emailTaken);
}

/** Frees a user's address. */
export function leaveRegister(transaction: Transaction, tenant: TenantReference, row: UserRow): void {
  transaction.delete(access, signInKeys.signIn(platformReference, normalEmail(row.email), tenant));
}

/** The user who has this address in this workspace. */
export async function findByEmail(tenant: TenantReference, email: string): Promise<RegisterRow | undefined> {
  return await access.get<RegisterRow>(signInKeys.signIn(platformReference, normalEmail(email), tenant));
}

/** Read when an address has no record, so that both cases make the same calls. */
export const nobody: RegisterRow = { userId: '00000000-0000-7000-8000-000000000000', tenant: platformReference };

/**
 * The hash to store for a new password. All records of an address share the salt of the oldest one. Sign-in has to try
 * all of them. Thanks to the shared salt it computes one hash, and its time does not reveal how many records there are.
 * Two records that are made at the same moment may get different salts; the next sign-in with the younger one corrects
 * that.
 */
export async function hashForAddress(email: string, password: string): Promise<string> {
  const [oldest = nobody] = await recordsOf(email, undefined);
  const row = await access.get<UserRow>(userKeys.user(oldest.tenant, oldest.userId));
  return await hashPassword(password, row?.passwordHash);
}

/** The most records of an address that one request reads. Anybody may create users with somebody else's address. */
export const mostRecords = 20;

/**
 * The records of an address, oldest first, so that records which others make of it later do not crowd out the first ones.
 *
 * @param wanted id or slug of a workspace, if only that one is meant; without it at most `mostRecords` are returned
 */
export async function recordsOf(email: string, wanted: string | undefined): Promise<RegisterRow[]> {
  const records = await access.queryAll<RegisterRow>(signInKeys.signIns(platformReference, normalEmail(email)));
  const oldest = records.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
  return wanted === undefined ? oldest.slice(0, mostRecords) : oldest;
}

/** The records of the workspace with the wanted id, or else with that slug, since a slug may look like an id. */
export function inWorkspace<F extends { readonly workspace: WorkspaceRow }>(
  found: F[],
  wanted: string | undefined,
): F[] {
  if (wanted === undefined) return found;
  const byId = found.filter(({ workspace }) => workspace.id === wanted.toLowerCase());
  return byId.length > 0 ? byId : found.filter(({ workspace }) => workspace.slug === wanted);
}
