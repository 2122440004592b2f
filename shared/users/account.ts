import { isDeepStrictEqual } from 'node:util';
import type { Caller } from '../auth/caller.ts';
import { defaultPreferences, type UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
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

/** Attributes whose values the change alters. */
function changesOf(before: UserRow, { notification_preferences: preferences, ...given }: AccountChange): Row {
  const held = before.notificationPreferences ?? defaultPreferences;
  const merged = preferences === undefined ? held : mergePreferences(held, preferences);
  const shown = { ...accountDefaults, ...before };
  const texts = (['name', 'locale', 'timezone'] as const).filter(
    (field) => given[field] !== undefined && given[field] !== shown[field],
  );
  const differs = !isDeepStrictEqual(merged, held);
  return {
    ...Object.fromEntries(texts.map((field) => [field, given[field]])),
    ...(differs ? { notificationPreferences: merged } : {}),
  };
}

function changeLog(before: UserRow, after: UserRow) {
  const fields = [
    ['name', 'name'],
    ['locale', 'locale'],
    ['timezone', 'timezone'],
    ['notification_preferences', 'notificationPreferences'],
  ] as const;
  const changed = fields.filter(([, attribute]) => !isDeepStrictEqual(before[attribute], after[attribute]));
  return Object.fromEntries(
    changed.map(([field, attribute]) => [field, [before[attribute] ?? null, after[attribute] ?? null] as const]),
  );
}

export const changeAccount = defineCapability({
  tables: { access: ['GetItem', 'UpdateItem'], main: ['PutItem'] },
  open: () => ({ change }),
});
