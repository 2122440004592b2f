import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { type Announced, announceRelease, release } from '../quota/release.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { printInstant } from '../wire/schema.ts';
import { recordKeyEvent } from './events.ts';
import { defersOfKeys, scheduleNotices } from './expiry.ts';
import { requireKey } from './find.ts';
import { countsTowardQuota, keyQuota } from './quota.ts';
import { updateKey } from './rows.ts';

/** The key is refused from now on. Revoking it once more changes nothing. */
export async function revoke(caller: Caller, id: string, ifMatch: VersionMatch | undefined): Promise<void> {
  let announced: Announced | undefined;
  const freed = await retryingRaces(async () => {
    const before = await requireKey(caller.tenant, id);
    requireVersion(ifMatch, before.version);
    if (before.revokedAt !== undefined) return false;
    const now = Date.now();
    const counts = countsTowardQuota(before, now);
    if (counts) announced ??= await announceRelease(caller.tenant, keyQuota);
    const after = { ...before, revokedAt: now, version: before.version + 1 };
    const transaction = new Transaction();
    updateKey(transaction, caller.workspace, before, after);
    scheduleNotices(transaction, caller.tenant.reference, before, after);
    recordKeyEvent(transaction, caller, 'revoke', after, { revoked_at: [null, printInstant(now)] });
    await transaction.commit();
    return counts;
  });
  if (freed) await release(caller.tenant, keyQuota, announced);
}

export const revokeKeys = defineCapability({
  tables: { access: ['GetItem', 'UpdateItem'], main: ['PutItem', 'DeleteItem'] },
  defersTo: defersOfKeys,
  open: () => ({ revoke }),
});
