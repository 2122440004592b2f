import { headlessScopes, isScope, type Scope } from './scopes.ts';

/** An API key's row in the Access table: description, hash, limits and counters in one place. */
export interface KeyRow {
  readonly id: string;
  readonly keyId: string;
  readonly name: string;
  readonly description: string;
  readonly prefix: string;
  readonly environment: 'live' | 'test';
  readonly secretHash: string;
  readonly scopes: readonly string[];
  readonly cidrs: readonly string[];
  /** Requests per window in force: the key's own limit, or that of its tier. */
  readonly rateLimit: number;
  readonly ownRateLimit?: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  readonly lastUsedAt?: number;
  readonly lastUsedAddress?: string;
  /** Id of the key that this one replaces. */
  readonly rotatedFrom?: string;
  /** Id of the key that replaces this one. */
  readonly replacedBy?: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly version: number;
}

export const keyStatuses = ['active', 'expired', 'revoked'] as const;
export type KeyStatus = (typeof keyStatuses)[number];

export function keyStatus(row: KeyRow, now: number): KeyStatus {
  if (row.revokedAt !== undefined) return 'revoked';
  return row.expiresAt !== undefined && row.expiresAt <= now ? 'expired' : 'active';
}

/** What the key may do: the listed scopes, or, if none is listed, those of a headless key. */
export function effectiveScopes({ scopes }: { readonly scopes: readonly string[] }): readonly Scope[] {
  return scopes.length === 0 ? headlessScopes : scopes.filter(isScope);
}
