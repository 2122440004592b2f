import * as z from 'zod';
import { shownFingerprint } from '../wire/id.ts';
import { instant, printInstant, printInstantOrNull } from '../wire/schema.ts';

/** Certificates of devices: their rows, and how responses show them. */

export interface CertificateRow {
  /** Its SHA-256 fingerprint, as the broker writes it: 64 hex digits. */
  readonly id: string;
  readonly deviceId: string;
  readonly arn: string;
  /** `EXPIRED` is not stored: it follows from `expiresAt`. */
  readonly status: 'ACTIVE' | 'RETIRING' | 'REVOKED';
  /** In milliseconds since 1970, like all instants of the row. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly firstUsedAt?: number;
  /** The certificate that it replaces. */
  readonly replaces?: string;
  /** When a `RETIRING` certificate is revoked at the latest. */
  readonly retireAt?: number;
  readonly revokedAt?: number;
  readonly revokeReason?: string;
  /** The last warning that was sent, in days before the expiry. */
  readonly warnedDays?: number;
  /** When the event `certificate.rotation_stalled` was recorded. */
  readonly stalledAt?: number;
}

/**
 * Whether a certificate was in force when the broker received a message. Messages may wait in a queue, so a revocation
 * must not refuse those that were received before it.
 *
 * @param at in milliseconds since 1970
 */
export const wasInForce = (row: CertificateRow | undefined, at: number): row is CertificateRow =>
  row !== undefined && at < row.expiresAt && at < endedAt(row);

/** When it was revoked. */
const endedAt = ({ status, revokedAt }: CertificateRow): number =>
  status === 'REVOKED' ? (revokedAt ?? Number.NEGATIVE_INFINITY) : Number.POSITIVE_INFINITY;

/** Whether a certificate is in force now. */
export const isInForce = (row: CertificateRow | undefined, now = Date.now()): row is CertificateRow =>
  row !== undefined && row.status !== 'REVOKED' && row.expiresAt > now;

export const certificateStatuses = ['ACTIVE', 'RETIRING', 'REVOKED', 'EXPIRED'] as const;

export const Certificate = z
  .object({
    id: shownFingerprint().meta({ description: 'Its SHA-256 fingerprint.' }),
    deviceId: z.uuid(),
    status: z.enum(certificateStatuses),
    issuedAt: instant(),
    expiresAt: instant(),
    firstUsedAt: instant().nullable(),
    replaces: z.string().nullable(),
    retireAt: instant().nullable(),
    revokedAt: instant().nullable(),
    revokeReason: z.string().nullable(),
  })
  .meta({
    id: 'Certificate',
    example: {
      id: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      status: 'ACTIVE',
      issuedAt: '2026-01-15T10:31:00Z',
      expiresAt: '2027-01-15T10:31:00Z',
      firstUsedAt: null,
      replaces: null,
      retireAt: null,
      revokedAt: null,
      revokeReason: null,
    },
  });

export function showCertificate(row: CertificateRow, now = Date.now()): z.input<typeof Certificate> {
  const ended = row.status !== 'REVOKED' && row.expiresAt <= now;
  return {
    id: row.id,
    deviceId: row.deviceId,
    status: ended ? 'EXPIRED' : row.status,
    issuedAt: printInstant(row.issuedAt),
    expiresAt: printInstant(row.expiresAt),
    firstUsedAt: printInstantOrNull(row.firstUsedAt),
    replaces: row.replaces ?? null,
    retireAt: printInstantOrNull(row.retireAt),
    revokedAt: printInstantOrNull(row.revokedAt),
    revokeReason: row.revokeReason ?? null,
  };
}
