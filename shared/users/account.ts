import type { Caller } from '../auth/caller.ts';
import { defaultPreferences, type UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { type Changes, changesBetween } from '../json/equality.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { userKeys } from '../table/keys/users.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { type AccountChange, accountDefaults, mergePreferences, showAccount } from './account-wire.ts';
import { recordUserEvent } from './changes.ts';
import { findUser } from './users.ts';

/** What people can change about themselves. */

const access = new Table('access');

async function change(caller: Caller, userId: string, given: AccountChange, ifMatch: VersionMatch | undefined) {
  const { tenant } = caller;
  return await retryingRaces(async () => {
    const before = await findUser(tenant, userId);
    requireVersion(ifMatch, before.version);
    const changes = changesOf(before, given);
    const entries = Object.entries(changes) as [Field, readonly [unknown, unknown]][];
    if (entries.length === 0) return showAccount(tenant, before);
    const set = Object.fromEntries(entries.map(([field, [, value]]) => [attributes[field], value]));
    const after = { ...before, ...set, version: before.version + 1 };
    const transaction = new Transaction().update(
      access,
      userKeys.user(tenant.reference, userId),
      setAll({ ...set, version: after.version }),
      unchanged({ version: before.version, status: before.status }),
      lostRace,
    );
    recordUserEvent(transaction, caller, userId, 'account.update', changes);
    await transaction.commit();
    return showAccount(tenant, after);
  });
}

/** The fields that people see, with the attributes of the row. */
const attributes = {
  name: 'name',
  locale: 'locale',
  timezone: 'timezone',
  notification_preferences: 'notificationPreferences',
} as const;
type Field = keyof typeof attributes;
const fields = Object.keys(attributes) as Field[];

function heldBy({ name, locale, timezone, notificationPreferences }: UserRow) {
  const held = { locale: locale ?? accountDefaults.locale, timezone: timezone ?? accountDefaults.timezone };
  return { name, ...held, notification_preferences: notificationPreferences ?? defaultPreferences };
}

/** Before and after of each field that the change alters. */
function changesOf(row: UserRow, { notification_preferences: preferences, ...given }: AccountChange): Changes {
  const before = heldBy(row);
  const merged = mergePreferences(before.notification_preferences, preferences === undefined ? {} : preferences);
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return changesBetween(fields, before, { ...before, ...named, notification_preferences: merged });
}

export const changeAccount = defineCapability({
  tables: { access: ['GetItem', 'UpdateItem'], main: ['PutItem'] },
  open: () => ({ change }),
});
