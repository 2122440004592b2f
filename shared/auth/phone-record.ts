import type { UserRow } from './user-record.ts';

/**
 * The row of a paired phone in the Access table: the credential of every request with its device token. The row also
 * has the counters of `shared/limits/rate-window.ts`.
 */
export interface PhoneRow {
  /** The id of the phone as a device. */
  readonly sk: string;
  readonly userId: string;
  /** The user's `phoneSerial` when the phone was paired. */
  readonly serial: number;
  /** Milliseconds since 1970, like the other instants. */
  readonly pairedAt: number;
  readonly lastUsedAt?: number;
  readonly revokedAt?: number;
  /** Seconds since 1970; set when it is revoked. */
  readonly ttl?: number;
}

/** Whether a phone is good as a credential of its user. A worker soon marks all others as revoked. */
export const isGood = ({ serial, revokedAt }: PhoneRow, user: UserRow | undefined): user is UserRow =>
  revokedAt === undefined && user?.status === 'active' && serial === (user.phoneSerial ?? 0);
