import type * as z from 'zod';
import { effectiveScopes, type KeyRow, keyStatus } from '../auth/key-record.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';
import type { MadeKey } from './rows.ts';
import type { ApiKey, NewApiKey, NewPlainApiKey } from './wire.ts';

/** Rows of keys as answers show them. */

export function showKey(row: KeyRow, now: number): z.input<typeof ApiKey> {
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
    expires_at: printInstantOrNull(row.expiresAt),
    last_used_at: printInstantOrNull(row.lastUsedAt),
    last_used_ip: row.lastUsedAddress ?? null,
    rotated_from: row.rotatedFrom ?? null,
    created_by: row.createdBy,
    created_at: printInstant(row.createdAt),
    revoked_at: printInstantOrNull(row.revokedAt),
    version: row.version,
  };
}

/** A key that was just made, with its secret. */
export const showNewKey = ({ row, key }: MadeKey): z.input<typeof NewApiKey> => ({
  ...showKey(row, row.createdAt),
  key,
});

/** The same at the plain door. */
export const showNewPlainKey = ({ row, key }: MadeKey): z.input<typeof NewPlainApiKey> => ({
  id: row.id,
  key,
  scopes: [...row.scopes],
  created_at: printInstant(row.createdAt),
});
