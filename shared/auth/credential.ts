import { type Problem, problem } from '../problems/problem.ts';
import type { Key } from '../table/key.ts';
import { apiKeyKeys } from '../table/keys/api-keys.ts';
import { userKeys } from '../table/keys/users.ts';
import type { Expression, Row } from '../table/table.ts';
import { tenantReference } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import { isAddressAllowed } from './address.ts';
import type { ParsedKey } from './api-key.ts';
import type { Caller } from './caller.ts';
import type { Claim } from './claim.ts';
import { effectiveScopes, type KeyRow, keyStatus } from './key-record.ts';
import { phoneCredential } from './phone-credential.ts';
import { scopesOf } from './scopes.ts';
import { sessionAttribute } from './session-marker.ts';
import { type AccessClaims, invalid, revoked } from './tokens.ts';
import type { UserRow } from './user-record.ts';

/** Requests per hour of one user, over all sessions and in every tier. */
export const userRateLimit = 3600;

/** Rows of the Access and Main tables that are read together with the credential's own. */
export interface Witnesses {
  readonly access?: Row | undefined;
  readonly main?: Row | undefined;
}

/**
 * How the resolver sees a kind of credential: one row, on which the request is counted under a condition that holds
 * only while the credential is good. One write therefore both reads the credential and counts the request.
 */
export interface Credential {
  readonly at: Key;
  /** The subject of the rate windows. */
  readonly subject: string;
  /** Holds while the credential is good at `:now`. */
  readonly living: Expression;
  /** Requests per window, as an operand of the condition. */
  readonly limit: Expression;
  /** What a counted request writes besides its counters; may use `:now`. */
  readonly trace: Expression;
  /** Further rows that must confirm it. */
  readonly witnesses?: { readonly access: Key; readonly main: Key };
  limitOf(row: Row): number;
  /** The row, if it confirms the credential; throws 401 otherwise. */
  require(row: Row | undefined, now: number, witnesses: Witnesses): Row;
  identify(row: Row, witnesses: Witnesses): Pick<Caller, 'principal' | 'user' | 'key' | 'phone' | 'scopes'>;
  /** Why a good credential may not be used from this address. */
  refuseAddress(row: Row, address: string): Problem | undefined;
}

export function credentialOf(claim: Claim, address: string): Credential {
  if (claim.key) return keyCredential(claim.key, address);
  return claim.phone ? phoneCredential(claim.phone) : tokenCredential(claim.token);
}

function keyCredential(key: ParsedKey, address: string): Credential {
  return {
    at: apiKeyKeys.apiKey(key.tenant, key.keyId),
    subject: key.keyId,
    living: {
      expression:
        'secretHash = :hash AND attribute_not_exists(revokedAt) AND (attribute_not_exists(expiresAt) OR expiresAt > :now)',
      values: { ':hash': key.secretHash },
    },
    limit: { expression: 'rateLimit' },
    trace: { expression: 'lastUsedAt = :now, lastUsedAddress = :address', values: { ':address': address } },
    limitOf: (row) => asKey(row).rateLimit,
    require(row, now) {
      if (row?.secretHash !== key.secretHash) throw unknownKey();
      requireLivingKey(asKey(row), now);
      return row;
    },
    identify(row) {
      const principal = `key_${key.keyId}`;
      return { principal, user: undefined, key: asKey(row), scopes: new Set(effectiveScopes(asKey(row))) };
    },
    refuseAddress(row, from) {
      if (isAddressAllowed(from, asKey(row).cidrs)) return undefined;
      return problem('IP_NOT_ALLOWED', `The API key may not be used from ${from}.`);
    },
  };
}

const asKey = (row: Row) => row as unknown as KeyRow;
const asUser = (row: Row) => row as unknown as UserRow;

export const unknownKey = () => problem('KEY_INVALID', 'The API key is unknown or its secret is wrong.');

function requireLivingKey(row: KeyRow, now: number): void {
  const status = keyStatus(row, now);
  if (status === 'revoked') {
    throw problem('KEY_REVOKED', 'The API key was revoked.', { revoked_at: printInstant(row.revokedAt!) });
  }
  if (status === 'expired') {
    throw problem('KEY_EXPIRED', 'The API key has expired.', { expired_at: printInstant(row.expiresAt!) });
  }
}

/**
 * The user's row is the credential: it lists the living sessions, so that the tokens of a session that has ended are
 * refused at once.
 */
function tokenCredential(token: AccessClaims): Credential {
  const session = sessionAttribute(token.sid);
  return {
    at: userKeys.user(tenantReference(token.tid), token.sub),
    subject: token.sub,
    living: {
      expression: '#session > :now AND #status = :active',
      names: { '#session': session, '#status': 'status' },
      values: { ':active': 'active' },
    },
    limit: { expression: ':limit', values: { ':limit': userRateLimit } },
    trace: { expression: 'lastUsedAt = :now' },
    limitOf: () => userRateLimit,
    require(row, now) {
      if (!row) throw invalid();
      if (asUser(row).status !== 'active' || !(Number(row[session] ?? 0) > now)) throw revoked();
      return row;
    },
    identify(row) {
      const user = { id: token.sub, role: asUser(row).role, sessionId: token.sid, row: asUser(row) };
      return { principal: `user_${token.sub}`, user, key: undefined, scopes: new Set(scopesOf(user.role)) };
    },
    refuseAddress: () => undefined,
  };
}
