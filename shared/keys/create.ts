import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import type { SecretOnce } from '../http/once.ts';
import { reserveFor } from '../quota/reserve.ts';
import { Transaction } from '../table/transaction.ts';
import { keyChanges, recordKeyEvent } from './events.ts';
import { defersOfKeys, scheduleNotices } from './expiry.ts';
import { keyQuota } from './quota.ts';
import { type MadeKey, makeKey, putKey } from './rows.ts';
import { newSettings } from './settings.ts';
import { retryingWithWorkspace } from './tier.ts';
import type { KeyFields } from './wire.ts';

async function create(
  caller: Caller,
  given: KeyFields & { readonly name: string },
  once: SecretOnce,
): Promise<MadeKey> {
  newSettings(caller, given, Date.now()); // refuses before anything is reserved
  const make = async (current: Caller) => {
    const now = Date.now();
    const made = makeKey(current.workspace, newSettings(current, given, now), { by: caller.principal, at: now });
    const transaction = new Transaction();
    putKey(transaction, current.workspace, made.row);
    scheduleNotices(transaction, caller.tenant.reference, undefined, made.row);
    recordKeyEvent(transaction, caller, 'create', made.row, keyChanges(undefined, made.row));
    once.recordSecret(transaction, made.row.id);
    await transaction.commit();
    return made;
  };
  return await reserveFor(caller.tenant, keyQuota, () => retryingWithWorkspace(caller, make));
}

export const createKeys = defineCapability({
  tables: {
    access: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    main: ['GetItem', 'PutItem', 'ConditionCheckItem'],
  },
  defersTo: defersOfKeys,
  open: () => ({ create }),
});
