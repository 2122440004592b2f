import type { Role } from './scopes.ts';

/** The notifications that a user wants, and where. They apply to a row without preferences. */
export const defaultPreferences = {
  email: { alerts: true, quota: true, webhooks: true, exports: false },
  in_app: { alerts: true, quota: true, webhooks: true, exports: true },
};
export type NotificationPreferences = typeof defaultPreferences;

/**
 * A user's row in the Access table. It is the credential of every request with an access token. The row also has
 * `s<session id>` with the end of each living session, and the counters of `shared/limits/rate-window.ts`.
 */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** `deleted`: erased, except for what is needed to refuse its tokens; removed when the last of them has expired. */
  readonly status: 'active' | 'disabled' | 'deleted';
  readonly emailVerified: boolean;
  /** PHC string; see `shared/auth/password.ts`. */
  readonly passwordHash: string;
  /** Rises with each new password, which invalidates tokens in mails that were sent before. */
  readonly passwordSerial: number;
  /** Rises when the user is disabled, which revokes the phones that were paired before. Absent: 0. */
  readonly phoneSerial?: number;
  readonly locale?: string;
  readonly timezone?: string;
  readonly notificationPreferences?: NotificationPreferences;
  readonly lastLoginAt?: number;
  /**
   * Id of the session that began last, whether or not it has ended. If it is unchanged, none began since the row was
   * read.
   */
  readonly lastSession?: string;
  readonly createdAt: number;
  readonly version: number;
}
