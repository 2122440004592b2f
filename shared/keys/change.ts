import type { Caller } from '../auth/caller.ts';
import type { KeyRow } from '../auth/key-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { Transaction } from '../table/transaction.ts';
import { keyChanges, recordKeyEvent } from './events.ts';
import { defersOfKeys, scheduleNotices } from './expiry.ts';
import { requireKey } from './find.ts';
import { updateKey, withSettings } from './rows.ts';
import { changedSettings } from './settings.ts';
import { requireTier, retryingWithWorkspace } from './tier.ts';
import type { KeyFields } from './wire.ts';

/** Merges a body into a key. After a lost race it reads again; with `ifMatch` it throws 412. */
async function change(
  caller: Caller,
  id: string,
  given: KeyFields,
  ifMatch: VersionMatch | undefined,
): Promise<KeyRow> {
  return await retryingWithWorkspace(caller, async (current) => {
    const before = await requireKey(caller.tenant, id);
    requireVersion(ifMatch, before.version);
    const after = withSettings(before, changedSettings(current, before, given, Date.now()), current.workspace);
    const changes = keyChanges(before, after);
    if (Object.keys(changes).length === 0) return before;
    const transaction = new Transaction();
    updateKey(transaction, current.workspace, before, after);
    if (before.ownRateLimit !== after.ownRateLimit) requireTier(transaction, current.workspace);
    scheduleNotices(transaction, caller.tenant.reference, before, after);
    recordKeyEvent(transaction, caller, 'update', after, changes);
    await transaction.commit();
    return after;
  });
}

export const changeKeys = defineCapability({
  tables: { access: ['GetItem', 'UpdateItem'], main: ['GetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'] },
  defersTo: defersOfKeys,
  open: () => ({ change }),
});
