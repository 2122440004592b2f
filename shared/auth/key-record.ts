import * as z from 'zod';
import { printInstant } from '../http/schema.ts';
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
  /** Requests a window in force: the key's own limit, or its tier's. */
  readonly rateLimit: number;
  readonly ownRateLimit?: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  readonly lastUsedAt?: number;
  readonly lastUsedAddress?: string;
  readonly rotatedFrom?: string;
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

/** What the key may do: the listed scopes, or a headless key's. */
export function effectiveScopes(row: KeyRow): readonly Scope[] {
  return row.scopes.length === 0 ? headlessScopes : row.scopes.filter(isScope);
}

const nullableInstant = z.string().nullable().meta({ format: 'date-time' });

/** An API key as answers show it; the secret is in none of them. */
export const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    key_prefix: z.string(),
    environment: z.enum(['live', 'test']),
    scopes: z.array(z.string()),
    effective_scopes: z.array(z.string()),
    allowed_cidrs: z.array(z.string()),
    rate_limit_per_hour: z.number().int().nullable(),
    status: z.enum(keyStatuses),
    expires_at: nullableInstant,
    last_used_at: nullableInstant,
    last_used_ip: z.string().nullable(),
    rotated_from: z.string().nullable(),
    created_by: z.string(),
    created_at: z.string().meta({ format: 'date-time' }),
    revoked_at: nullableInstant,
    version: z.number().int(),
  })
  .meta({ id: 'ApiKey' });

const instantOrNull = (milliseconds: number | undefined) =>
  milliseconds === undefined ? null : printInstant(milliseconds);

export function showKey(row: KeyRow, now: number): z.infer<typeof ApiKey> {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    key_prefix: row.prefix,
    environment: row.environment,
    scopes: [...row.scopes],
    effective_scopes: [...effectiveScopes(row)],
    allowed_cidrs: [...row.cidrs],
    rate_limit_per_hour: row.ownRateLimit ?? null,
    status: keyStatus(row, now),
    expires_at: instantOrNull(row.expiresAt),
    last_used_at: instantOrNull(row.lastUsedAt),
    last_used_ip: row.lastUsedAddress ?? null,
    rotated_from: row.rotatedFrom ?? null,
    created_by: row.createdBy,
    created_at: printInstant(row.createdAt),
    revoked_at: instantOrNull(row.revokedAt),
    version: row.version,
  };
}
