import * as z from 'zod';
import { defaultPreferences, type NotificationPreferences, type UserRow } from '../auth/user-record.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { orDefault } from '../wire/null.ts';
import { readOnly, strictObject } from '../wire/schema.ts';
import { labelOrNone } from '../wire/text.ts';
import { TimeZone } from '../wire/time-zone.ts';
import { showUser, User, userExample } from './user-wire.ts';

/** The account of the signed-in user as the API shows it. */

/** The tag in the spelling of BCP 47: `pt-br` becomes `pt-BR`. */
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

const preference = () => z.boolean().nullable().optional();
const changedChannel = () =>
  strictObject(
    Object.fromEntries(categories.map((name) => [name, preference()])) as Record<
      Category,
      ReturnType<typeof preference>
    >,
  )
    .nullable()
    .optional();

export const Account = User.extend({
  locale: z.string(),
  timezone: z.string(),
  notification_preferences: Preferences,
  version: z.int(),
}).meta({
  id: 'Account',
  example: {
    ...userExample,
    locale: 'en',
    timezone: 'Europe/Madrid',
    notification_preferences: defaultPreferences,
    version: 3,
  },
});

export const Name = labelOrNone(120);

export const accountDefaults = { locale: 'en', timezone: 'UTC' };

export const AccountPatch = strictObject({
  name: orDefault(Name, '').optional(),
  locale: orDefault(Locale, accountDefaults.locale).optional(),
  timezone: orDefault(TimeZone, accountDefaults.timezone).optional(),
  notification_preferences: strictObject({ email: changedChannel(), in_app: changedChannel() }).nullable().optional(),
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
    locale: row.locale ?? accountDefaults.locale,
    timezone: row.timezone ?? accountDefaults.timezone,
    notification_preferences: row.notificationPreferences ?? defaultPreferences,
    version: row.version,
  };
}

/**
 * Preferences after the given ones are merged in. `null` resets one preference, a channel, or all of them to the
 * default.
 */
export function mergePreferences(
  before: NotificationPreferences,
  given: NonNullable<AccountChange['notification_preferences']> | null,
): NotificationPreferences {
  if (given === null) return defaultPreferences;
  const merge = (channel: 'email' | 'in_app') => {
    const change = given[channel];
    if (change === null) return defaultPreferences[channel];
    const merged = categories.map((name) => {
      const value = change?.[name];
      return [name, value === null ? defaultPreferences[channel][name] : (value ?? before[channel][name])] as const;
    });
    return Object.fromEntries(merged) as Record<Category, boolean>;
  };
  return { email: merge('email'), in_app: merge('in_app') };
}
