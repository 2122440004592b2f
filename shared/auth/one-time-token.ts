import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { problem } from '../problems/problem.ts';
import { oneTimeTokenKeys, userKeys } from '../table/keys/users.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import type { Refusal, Transaction } from '../table/transaction.ts';
import { platformReference, type TenantReference } from '../tenancy/tenant.ts';
import { isSuspended, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { UserRow } from './user-record.ts';

/**
 * Tokens in mails and QR codes. Each allows its holder one action, once. Only a hash is stored; 256 random bits need no
 * slow hash. Several tokens may be valid for the same action, since sending a mail again must not invalidate the first
 * one. The user or invitation that the tokens belong to has a serial, and raising it invalidates all of them.
 */

export type TokenPurpose = 'password_reset' | 'verify_email' | 'invitation' | 'pairing';

/** A token as a request presents it. Only a lookup tells whether it exists. */
export const OneTimeToken = z.string().min(1).max(256);

/** The lifetime of a token in seconds. */
export const tokenLifeSeconds: Readonly<Record<TokenPurpose, number>> = {
  password_reset: 3600,
  verify_email: 172_800,
  invitation: 604_800,
  pairing: 600,
};

export interface TokenSubject {
  readonly tenant: TenantReference;
  /** Id of the user, or of the invitation. */
  readonly subject: string;
  /**
   * Serial of the subject's row when the token was made: `passwordSerial` of a user (for pairing, plus `phoneSerial`),
   * `serial` of an invitation.
   */
  readonly serial: number;
}

/** A token's row in the Access table. */
export interface OneTimeTokenRow extends TokenSubject {
  readonly purpose: TokenPurpose;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Seconds since 1970; after this DynamoDB may delete the row. */
  readonly ttl: number;
}

const [main, access] = [new Table('main'), new Table('access')];

const form = /^[A-Za-z0-9_-]{43}$/;

const keyOf = (token: string) =>
  oneTimeTokenKeys.token(platformReference, createHash('sha256').update(token).digest('base64url'));

/**
 * Makes a token and adds its row to a transaction. Needs `PutItem` on the Access table.
 *
 * @param expiresAt milliseconds since 1970; by default after the lifetime of its purpose
 * @returns 43 characters of base64url, to be shown once
 */
export function mintOneTimeToken(
  transaction: Transaction,
  purpose: TokenPurpose,
  { tenant, subject, serial }: TokenSubject,
  expiresAt = Date.now() + tokenLifeSeconds[purpose] * 1000,
): string {
  const token = randomBytes(32).toString('base64url');
  const row: OneTimeTokenRow = { purpose, tenant, subject, serial, expiresAt, ttl: Math.ceil(expiresAt / 1000) };
  transaction.put(access, keyOf(token), { ...row });
  return token;
}

/**
 * The subject of a presented token; undefined when the token is unknown, used, expired or for another purpose. The
 * caller compares the serial with the subject's. Needs `GetItem`; a text that cannot be a token is not looked up.
 */
export async function findOneTimeToken(token: string, purpose: TokenPurpose): Promise<OneTimeTokenRow | undefined> {
  if (!form.test(token)) return undefined;
  const row = await access.get<OneTimeTokenRow>(keyOf(token));
  return row?.purpose === purpose && row.expiresAt > Date.now() ? row : undefined;
}

export interface TokenHolder {
  readonly user: UserRow;
  readonly workspace: WorkspaceRow;
  /** The serial of the user when the token was made. */
  readonly serial: number;
}

/** The active user for whom a token was made, in a workspace that is not suspended. Needs `GetItem` on both tables. */
export async function findTokenHolder(token: string, purpose: TokenPurpose): Promise<TokenHolder | undefined> {
  const found = await findOneTimeToken(token, purpose);
  if (!found) return undefined;
  const { tenant, subject, serial } = found;
  const [workspace, user] = await Promise.all([
    main.get<WorkspaceRow>(workspaceKeys.workspace(tenant)),
    access.get<UserRow>(userKeys.user(tenant, subject)),
  ]);
  if (user?.status !== 'active' || !workspace || isSuspended(workspace)) return undefined;
  return { user, workspace, serial };
}

/** The same sentence for every reason, so that it reveals nothing about the token. */
export const oneTimeTokenInvalid = () =>
  problem('ONE_TIME_TOKEN_INVALID', 'The token is unknown, expired or was used already; ask for a new mail.');

/**
 * Uses up a token in a transaction, which is refused if another request used the token first. Needs `DeleteItem`.
 */
export function consumeOneTimeToken(transaction: Transaction, token: string, refusal: Refusal): void {
  const unused = { expression: 'expiresAt > :now', values: { ':now': Date.now() } };
  transaction.delete(access, keyOf(token), unused, refusal);
}
