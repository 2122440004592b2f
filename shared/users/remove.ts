import type { Caller } from '../auth/caller.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { log } from '../log/log.ts';
import { RevokePhonesMessage } from '../messages/revoke-phones.ts';
import { problem } from '../problems/problem.ts';
import { type Announced, announceRelease, release } from '../quota/release.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { recordUserEvent } from './changes.ts';
import { eraseUser, forgetNetworks } from './erase.ts';
import { userQuota } from './quota.ts';
import { requireAnotherOwner, requireAuthorityOver } from './role-guards.ts';
import { findUser } from './users.ts';

/** Removes another user. */
async function remove(caller: Caller, id: string): Promise<void> {
  if (id === caller.user?.id) {
    throw problem('SELF_DELETE', 'You cannot remove yourself here; delete your account with DELETE /account/me.');
  }
  await removeUser(caller, id, (row) => requireAuthorityOver(caller, row.role));
}

/** Removes the caller's own account. */
async function leave(caller: Caller, id: string, ifMatch?: VersionMatch): Promise<void> {
  await removeUser(caller, id, (row) => requireVersion(ifMatch, row.version));
}

async function removeUser(caller: Caller, id: string, allow: (row: UserRow) => void): Promise<void> {
  const { tenant } = caller;
  let announced: Announced | undefined;
  await retryingRaces(async () => {
    const row = await findUser(tenant, id);
    allow(row);
    const transaction = new Transaction();
    await requireAnotherOwner(transaction, tenant, row);
    announced ??= await announceRelease(tenant, userQuota);
    eraseUser(transaction, tenant, row);
    const orders = [RevokePhonesMessage.order({ tenant: tenant.reference, userId: id })];
    recordUserEvent(transaction, caller, id, 'user.delete', { role: [row.role, null] }, orders);
    await transaction.commit();
  });
  await release(tenant, userQuota, announced);
  await forgetNetworks(tenant, id).catch((error: unknown) =>
    log().warn('networks not forgotten', { error: String(error) }),
  );
}

const tables = {
  access: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
  main: ['PutItem'],
} as const;

const handsTo = [RevokePhonesMessage];

export const removeUsers = defineCapability({ tables, handsTo, open: () => ({ remove }) });

export const leaveWorkspace = defineCapability({ tables, handsTo, open: () => ({ leave }) });
