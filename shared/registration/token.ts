import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { asTenantReference, type TenantReference } from '../tenancy/tenant.ts';
import { instant, printInstant, printInstantOrNull } from '../wire/schema.ts';

/**
 * Registration tokens: `<tokenId>.<deviceId>.<secret>`. The secret is the reference of the workspace, by which one read
 * finds the row of the token, and 256 random bits, for which a fast hash is enough. Only a hash of the whole token is
 * stored, and the token is shown once.
 */

/** A token's row. Instants are milliseconds since 1970. */
export interface TokenRow {
  /** Its id. */
  readonly sk: string;
  readonly hash: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt?: number;
  /** When it was exchanged, and the digest of the certificate request. */
  readonly usedAt?: number;
  readonly csr?: string;
  /** When the row may be deleted, in seconds since 1970. */
  readonly ttl: number;
}

const secretBytes = 32;
const form = /^([\da-f-]{36})\.([\da-f-]{36})\.([0-9A-Za-z]{8})[A-Za-z0-9_-]{43}$/;

/** A token in a body. Whether it exists is checked by a read. */
export const GivenToken = z.string().min(1).max(256);

export interface PresentedToken {
  readonly id: string;
  readonly deviceId: string;
  readonly tenant: TenantReference;
  readonly hash: string;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

export function mintToken(tenant: TenantReference, id: string, deviceId: string): { token: string; hash: string } {
  const token = `${id}.${deviceId}.${tenant}${randomBytes(secretBytes).toString('base64url')}`;
  return { token, hash: hashOf(token) };
}

/** The parts of a presented token; undefined if the text does not have the form of a token. */
export function readToken(token: string): PresentedToken | undefined {
  const [, id, deviceId, tenant] = form.exec(token) ?? [];
  if (!id || !deviceId || !tenant) return undefined;
  return { id, deviceId, tenant: asTenantReference(tenant), hash: hashOf(token) };
}

/** Whether a row belongs to the presented token. */
export function belongsTo(row: TokenRow | undefined, { deviceId, hash }: PresentedToken): row is TokenRow {
  return row?.deviceId === deviceId && timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash));
}

export const tokenStatuses = ['PENDING', 'USED', 'EXPIRED', 'REVOKED'] as const;
export type TokenStatus = (typeof tokenStatuses)[number];

export function statusOf({ revokedAt, usedAt, expiresAt }: TokenRow, now = Date.now()): TokenStatus {
  if (revokedAt !== undefined) return 'REVOKED';
  if (usedAt !== undefined) return 'USED';
  return expiresAt > now ? 'PENDING' : 'EXPIRED';
}

/** A token in a list, without its secret. */
export const ListedToken = z
  .object({
    id: z.uuid(),
    deviceId: z.uuid(),
    deviceName: z.string(),
    status: z.enum(tokenStatuses),
    createdAt: instant(),
    expiresAt: instant(),
    usedAt: instant().nullable(),
    createdBy: z.string(),
  })
  .meta({
    id: 'RegistrationTokenItem',
    example: {
      id: 'a1b2c3d4-2c80-7d40-9a51-3f2d6c0e8b11',
      deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      deviceName: 'warehouse-gateway-01',
      status: 'PENDING',
      createdAt: '2024-01-15T10:30:00Z',
      expiresAt: '2024-01-16T10:30:00Z',
      usedAt: null,
      createdBy: 'user_8f2c3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11',
    },
  });

export const showToken = (row: TokenRow): z.input<typeof ListedToken> => ({
  id: row.sk,
  deviceId: row.deviceId,
  deviceName: row.deviceName,
  status: statusOf(row),
  createdAt: printInstant(row.createdAt),
  expiresAt: printInstant(row.expiresAt),
  usedAt: printInstantOrNull(row.usedAt),
  createdBy: row.createdBy,
});
