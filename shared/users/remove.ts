import type { Caller } from '../auth/caller.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { log } from '../log/log.ts';
import { problem } from '../problems/problem.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { recordUserEvent } from './changes.ts';
import { eraseUser, forgetNetworks } from './erase.ts';
import { userPlaces } from './quota.ts';
import { requireAnotherOwner, requireStanding } from './role-guards.ts';
import { findUser } from './users.ts';

/** Removes somebody else; see `leave` for oneself. */
async function remove(caller: Caller, id: string): Promise<void> {
  if (id === caller.user?.id) {
    throw problem('SELF_DELETE', 'You cannot remove yourself here; delete your account with DELETE /account/me.');
  }
  await removeUser(caller, id, (row) => requireStanding(caller, row.role));
}

/** Removes the caller. */
async function leave(caller: Caller, id: string, ifMatch?: VersionMatch): Promise<void> {
  await removeUser(caller, id, (row) => requireVersion(ifMatch, row.version));
}

async function removeUser(caller: Caller, id: string, allow: (row: UserRow) => void): Promise<void> {
  const { tenant } = caller;
  const announced = await retryingRaces(async () => {
    const row = await findUser(tenant, id);
    allow(row);
    const transaction = new Transaction();
    await requireAnotherOwner(transaction, tenant, row);
    const mayGiveBack = await userPlaces.tryAnnounceEnd(tenant);
    eraseUser(transaction, tenant, row);
    recordUserEvent(transaction, caller, id, 'user.delete', { role: [row.role, null] });
    await transaction.commit();
    return mayGiveBack;
  });
  if (announced) await userPlaces.giveBack(tenant);
  await forgetNetworks(tenant, id).catch((error: unknown) =>
    log().warn('networks not forgotten', { error: String(error) }),
  );
}

const tables = {
  access: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
  main: ['PutItem'],
} as const;

export const removeUsers = defineCapability({ tables, open: () => ({ remove }) });

export const leaveWorkspace = defineCapability({ tables, open: () => ({ leave }) });
