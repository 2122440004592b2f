import * as z from 'zod';
import { type Role, roles } from '../auth/scopes.ts';
import { printInstant, printInstantOrNull } from '../http/schema.ts';
import type { Tenant } from '../tenancy/tenant.ts';

export const userStatuses = ['active', 'invited', 'disabled'] as const;
export type UserStatus = (typeof userStatuses)[number];

/** What a user wants to be told, and where; absent in a row means these. */
export const defaultPreferences = {
  email: { alerts: true, quota: true, webhooks: true, exports: false },
  in_app: { alerts: true, quota: true, webhooks: true, exports: true },
};
export type NotificationPreferences = typeof defaultPreferences;

/**
 * A user's row in the Access table. It is the credential of every request with an access token: beside what is named
 * here it holds `s<session id>` with the end of life of each living session, and the counters of `rate-window.ts`.
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

const email = z.string().meta({ format: 'email' });

/** A user as answers show it. */
export const User = z
  .object({
    id: z.string().meta({ format: 'uuid' }),
    email,
    name: z.string(),
    role: z.enum(roles),
    status: z.enum(userStatuses),
    email_verified: z.boolean(),
    workspace_id: z.string().meta({ format: 'uuid' }),
    created_at: z.string().meta({ format: 'date-time' }),
    last_login_at: z.string().nullable().meta({ format: 'date-time' }),
  })
  .meta({ id: 'User' });

export function showUser(tenant: Tenant, row: UserRow): z.output<typeof User> {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    status: row.status === 'disabled' ? 'disabled' : 'active',
    email_verified: row.emailVerified,
    workspace_id: tenant.id,
    created_at: printInstant(row.createdAt),
    last_login_at: printInstantOrNull(row.lastLoginAt),
  };
}
