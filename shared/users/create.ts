import type { Caller } from '../auth/caller.ts';
import type { Role } from '../auth/scopes.ts';
import { defineCapability } from '../capability/capability.ts';
import type { Once } from '../http/once.ts';
import { reserveFor } from '../quota/reserve.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { recordUserEvent } from './changes.ts';
import { withdrawInvitation } from './invitation-rows.ts';
import { userQuota } from './quota.ts';
import { emailTaken, findByEmail, hashForAddress, newUserRow, putUser } from './register.ts';
import { requireAuthorityOver } from './role-guards.ts';
import { showUser } from './user-wire.ts';

export interface UserDraft {
  readonly email: string;
  readonly password: string;
  readonly role: Role;
  readonly name: string;
}

/** Makes a user who can sign in at once; an admin vouches for the address. */
async function create(caller: Caller, draft: UserDraft, once: Once, id?: string): Promise<ReturnType<typeof showUser>> {
  const { tenant } = caller;
  requireAuthorityOver(caller, draft.role);
  if (await findByEmail(tenant.reference, draft.email)) throw emailTaken();
  const { email, name, role } = draft;
  const passwordHash = await hashForAddress(draft.email, draft.password);
  const row = newUserRow({ email, name, role, passwordHash, emailVerified: true }, Date.now(), id);
  const shown = showUser(tenant, row);
  const write = async () => {
    const transaction = new Transaction();
    putUser(transaction, tenant.reference, row, emailTaken);
    // An invitation of the same address has become pointless.
    await withdrawInvitation(transaction, tenant, email);
    recordUserEvent(transaction, caller, row.id, 'user.create', { email: [null, email], role: [null, role] });
    once.record(transaction, { status: 201, body: shown });
    await transaction.commit();
  };
  await reserveFor(tenant, userQuota, () => retryingRaces(write));
  return shown;
}

export const createUsers = defineCapability({
  tables: {
    access: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    main: ['GetItem', 'PutItem', 'DeleteItem'],
  },
  open: () => ({ create }),
});
