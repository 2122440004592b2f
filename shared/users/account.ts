import type { Caller } from '../auth/caller.ts';
import { defaultPreferences, type UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { changedFields } from '../json/equality.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { accessKeys } from '../table/keys.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { type AccountChange, accountDefaults, mergePreferences, showAccount } from './account-wire.ts';
import { recordUserEvent } from './changes.ts';
import { findUser } from './users.ts';

/** What people change about themselves. */

const access = new Table('access');

async function change(caller: Caller, userId: string, given: AccountChange, ifMatch: VersionMatch | undefined) {
  const { tenant } = caller;
  return await retryingRaces(async () => {
    const before = await findUser(tenant, userId);
    requireVersion(ifMatch, before.version);
    const set = changesOf(before, given);
    if (Object.keys(set).length === 0) return showAccount(tenant, before);
    const after = { ...before, ...set, version: before.version + 1 };
    const transaction = new Transaction().update(
      access,
      accessKeys.user(tenant.reference, userId),
      setAll({ ...set, version: after.version }),
      unchanged({ version: before.version, status: before.status }),
      lostRace,
    );
    recordUserEvent(transaction, caller, userId, 'account.update', changeLog(before, after));
    await transaction.commit();
    return showAccount(tenant, after);
  });
}

/** What people change, and the name of the API for it. */
const fields = {
  name: 'name',
  locale: 'locale',
  timezone: 'timezone',
  notificationPreferences: 'notification_preferences',
} as const;
const attributes = Object.keys(fields) as (keyof typeof fields)[];

/** Attributes whose values the change alters. */
function changesOf(before: UserRow, { notification_preferences: preferences, ...given }: AccountChange): Row {
  const held = { ...accountDefaults, notificationPreferences: defaultPreferences, ...before };
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  const after = {
    ...held,
    ...Object.fromEntries(named),
    ...(preferences === undefined
      ? {}
      : { notificationPreferences: mergePreferences(held.notificationPreferences, preferences) }),
  };
  return Object.fromEntries(changedFields(attributes, held, after).map((name) => [name, after[name]]));
}

function changeLog(before: UserRow, after: UserRow) {
  const changed = changedFields(attributes, before, after);
  return Object.fromEntries(
    changed.map((name) => [fields[name], [before[name] ?? null, after[name] ?? null] as const]),
  );
}

export const changeAccount = defineCapability({
  tables: { access: ['GetItem', 'UpdateItem'], main: ['PutItem'] },
  open: () => ({ change }),
});
