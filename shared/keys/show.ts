import type * as z from 'zod';
import { effectiveScopes, type KeyRow, keyStatus } from '../auth/key-record.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';
import type { Rotated } from './rotate.ts';
import type { MadeKey } from './rows.ts';
import type { ApiKey, CreatedApiKey, CreatedPlainApiKey, RotatedApiKey } from './wire.ts';

/** How answers show keys. */

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

/** A new key, with its secret. */
export const showNewKey = ({ row, key }: MadeKey): z.input<typeof CreatedApiKey> => ({
  ...showKey(row, row.createdAt),
  key,
});

/** A key that replaces another. */
export const showRotatedKey = (made: Rotated): z.input<typeof RotatedApiKey> => ({
  ...showNewKey(made),
  previous_expires_at: printInstant(made.previousExpiresAt),
});

/** A new key as `POST /api-keys` answers it. */
export const showNewPlainKey = ({ row, key }: MadeKey): z.input<typeof CreatedPlainApiKey> => ({
  id: row.id,
  key,
  scopes: [...row.scopes],
  created_at: printInstant(row.createdAt),
});
