import * as z from 'zod';
import { defaultPreferences, type NotificationPreferences, type UserRow } from '../auth/user-record.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { readOnly, strictObject } from '../wire/schema.ts';
import { TimeZone } from '../wire/time-zone.ts';
import { showUser, User } from './user-wire.ts';

/** One's own record on the wire. */

/** The tag in the spelling of BCP 47: `pt-br` is `pt-BR`. */
const Locale = z
  .string()
  .max(35, { abort: true })
  .transform((text, context) => {
    try {
      return Intl.getCanonicalLocales(text)[0]!;
    } catch {
      const message = 'Should be a BCP 47 language tag such as en or pt-BR';
      context.addIssue({ code: 'custom', message, params: { type: 'format' } });
      return z.NEVER;
    }
  })
  .meta({ override: { type: 'string', maxLength: 35, example: 'en' } });

const categories = ['alerts', 'quota', 'webhooks', 'exports'] as const;

const channel = () =>
  z.object(Object.fromEntries(categories.map((name) => [name, z.boolean()])) as Record<Category, z.ZodBoolean>);
type Category = (typeof categories)[number];

const Preferences = z.object({ email: channel(), in_app: channel() }).meta({ id: 'NotificationPreferences' });

const changedChannel = () =>
  strictObject(
    Object.fromEntries(categories.map((name) => [name, z.boolean().optional()])) as Record<
      Category,
      z.ZodOptional<z.ZodBoolean>
    >,
  ).optional();

export const Account = User.extend({
  locale: z.string(),
  timezone: z.string(),
  notification_preferences: Preferences,
  version: z.int(),
}).meta({ id: 'Account' });

export const Name = z.string().trim().max(120);

const nameOrNone = Name.nullable().transform((text) => text ?? '');

export const AccountPatch = strictObject({
  name: nameOrNone.optional(),
  locale: Locale.optional(),
  timezone: TimeZone.optional(),
  notification_preferences: strictObject({ email: changedChannel(), in_app: changedChannel() }).optional(),
  id: readOnly(),
  email: readOnly(),
  role: readOnly(),
  status: readOnly(),
  email_verified: readOnly(),
  workspace_id: readOnly(),
  created_at: readOnly(),
  last_login_at: readOnly(),
  version: readOnly(),
}).meta({ id: 'AccountPatch', example: { name: 'Ana Ruiz', timezone: 'Europe/Madrid' } });

export type AccountChange = z.output<typeof AccountPatch>;

export function showAccount(tenant: Tenant, row: UserRow): z.output<typeof Account> {
  return {
    ...showUser(tenant, row),
    locale: row.locale ?? 'en',
    timezone: row.timezone ?? 'UTC',
    notification_preferences: row.notificationPreferences ?? defaultPreferences,
    version: row.version,
  };
}

/** Preferences with those that are given put in. */
export function mergePreferences(
  before: NotificationPreferences,
  given: NonNullable<AccountChange['notification_preferences']>,
): NotificationPreferences {
  const merge = (old: Record<Category, boolean>, change: Partial<Record<Category, boolean | undefined>> = {}) =>
    Object.fromEntries(categories.map((name) => [name, change[name] ?? old[name]])) as Record<Category, boolean>;
  return { email: merge(before.email, given.email), in_app: merge(before.in_app, given.in_app) };
}
