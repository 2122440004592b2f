import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { printInstant } from '../wire/schema.ts';
import { recordKeyEvent } from './events.ts';
import { scheduleNotices } from './expiry.ts';
import { requireKey } from './find.ts';
import { holdsPlace, keyPlaces } from './quota.ts';
import { updateKey } from './rows.ts';

/** The key is refused from now on. Revoking it once more changes nothing. */
export async function revoke(caller: Caller, id: string, ifMatch: VersionMatch | undefined): Promise<void> {
  const freed = await retryingRaces(async () => {
    const before = await requireKey(caller.tenant, id);
    requireVersion(ifMatch, before.version);
    if (before.revokedAt !== undefined) return false;
    const announced = await keyPlaces.tryAnnounceEnd(caller.tenant);
    const now = Date.now();
    const after = { ...before, revokedAt: now, version: before.version + 1 };
    const transaction = new Transaction();
    updateKey(transaction, caller.workspace, before, after);
    scheduleNotices(transaction, caller.tenant.reference, before, after);
    recordKeyEvent(transaction, caller, 'revoke', after, { revoked_at: [null, printInstant(now)] });
    await transaction.commit();
    return announced && holdsPlace(before, now);
  });
  if (freed) await keyPlaces.giveBack(caller.tenant);
}

export const revokeKeys = defineCapability({
  tables: { access: ['GetItem', 'UpdateItem'], main: ['PutItem', 'DeleteItem'] },
  open: () => ({ revoke }),
});
