import type { Role } from './scopes.ts';

/** What a user wants to be told, and where; absent in a row means these. */
export const defaultPreferences = {
  email: { alerts: true, quota: true, webhooks: true, exports: false },
  in_app: { alerts: true, quota: true, webhooks: true, exports: true },
};
export type NotificationPreferences = typeof defaultPreferences;

/**
 * A user's row in the Access table. It is the credential of every request with an access token: beside what is named
 * here it holds `s<session id>` with the end of life of each living session, and the counters of `shared/limits/rate-window.ts`.
 */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** `deleted`: erased but for what its tokens need to be refused as ended; gone when the last of them has expired. */
  readonly status: 'active' | 'disabled' | 'deleted';
  readonly emailVerified: boolean;
  /** PHC string; see `shared/auth/password.ts`. */
  readonly passwordHash: string;
  /** Rises with each new password, so that tokens of mails sent before it are void. */
  readonly passwordSerial: number;
  readonly locale?: string;
  readonly timezone?: string;
  readonly notificationPreferences?: NotificationPreferences;
  readonly lastLoginAt?: number;
  /** Id of the session that began last, dead or alive: what tells that none began since the row was read. */
  readonly lastSession?: string;
  readonly createdAt: number;
  readonly version: number;
}
