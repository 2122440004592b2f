import type { Caller } from '../auth/caller.ts';
import { hashPassword } from '../auth/password.ts';
import type { Role } from '../auth/scopes.ts';
import { sessionAttribute, sessionsOf } from '../auth/session-marker.ts';
import { defineCapability } from '../capability/capability.ts';
import type { Once } from '../http/idempotency.ts';
import { log } from '../log/log.ts';
import { problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { accessKeys } from '../table/keys.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { recordUserEvent } from './changes.ts';
import { eraseUser, forgetNetworks } from './erase.ts';
import { withdrawInvitation } from './invitation-rows.ts';
import { emailTaken, findByEmail, newUserRow, putUser } from './register.ts';
import { requireAnotherOwner, requireStanding } from './standing.ts';
import { showUser, type UserRow } from './user-record.ts';
import { findUser, userPlaces } from './users.ts';

/** Changes of who belongs to a workspace and as what. */

export interface UserDraft {
  readonly email: string;
  readonly password: string;
  readonly role: Role;
  readonly name: string;
}

export interface MemberChange {
  readonly role?: Role | undefined;
  readonly status?: 'active' | 'disabled' | undefined;
}

const access = new Table('access');

class Members {
  /** Makes a user who can sign in at once; an admin vouches for the address. */
  async create(caller: Caller, draft: UserDraft, once: Once): Promise<ReturnType<typeof showUser>> {
    const { tenant } = caller;
    requireStanding(caller, draft.role);
    if (await findByEmail(tenant.reference, draft.email)) throw emailTaken();
    const { email, name, role } = draft;
    const passwordHash = await hashPassword(draft.password);
    const row = newUserRow({ email, name, role, passwordHash, emailVerified: true }, Date.now());
    const shown = showUser(tenant, row);
    const write = async () => {
      const transaction = new Transaction();
      putUser(transaction, tenant.reference, row);
      // An invitation of the same person has nothing left to do.
      await withdrawInvitation(transaction, tenant, email);
      recordUserEvent(transaction, caller, row.id, 'user.create', { email: [null, email], role: [null, role] });
      once.record(transaction, { status: 201, body: shown });
      await transaction.commit();
    };
    await userPlaces.fill(tenant, () => retryingRaces(write));
    return shown;
  }

  /** Changes role or status. What the user may do changes with the next request; a disabled user's sessions end. */
  async change(caller: Caller, id: string, change: MemberChange): Promise<UserRow> {
    return await retryingRaces(async () => {
      const before = await findUser(caller.tenant, id);
      const after = { ...before, ...defined(change) };
      requireStanding(caller, before.role);
      requireStanding(caller, after.role);
      if (after.status === 'disabled' && id === caller.user?.id) {
        throw problem('FORBIDDEN', 'You cannot disable yourself; ask another admin, or delete your account.');
      }
      const changed = (['role', 'status'] as const).filter((field) => before[field] !== after[field]);
      if (changed.length === 0) return before;
      const transaction = new Transaction();
      if (after.role !== 'owner' || after.status !== 'active') {
        await requireAnotherOwner(transaction, caller.tenant, before);
      }
      const version = before.version + 1;
      transaction.update(
        access,
        accessKeys.user(caller.tenant.reference, id),
        setAll(
          { role: after.role, status: after.status, version },
          changed.includes('status') ? markersOf(before) : [],
        ),
        unchanged({ version: before.version, status: before.status, role: before.role }),
        lostRace,
      );
      const changes = Object.fromEntries(changed.map((field) => [field, [before[field], after[field]] as const]));
      recordUserEvent(transaction, caller, id, 'user.update', changes);
      await transaction.commit();
      return { ...after, version };
    });
  }

  /** Removes somebody else; see `DELETE /account/me` for oneself. */
  async remove(caller: Caller, id: string): Promise<void> {
    if (id === caller.user?.id) {
      throw problem('SELF_DELETE', 'You cannot remove yourself here; delete your account with DELETE /account/me.');
    }
    await removeUser(caller, id, (row) => requireStanding(caller, row.role));
  }

  /** Removes the caller. */
  async leave(caller: Caller, id: string): Promise<void> {
    await removeUser(caller, id, () => undefined);
  }
}

async function removeUser(caller: Caller, id: string, allow: (row: UserRow) => void): Promise<void> {
  const { tenant } = caller;
  await userPlaces.announceEnd(tenant);
  const email = await retryingRaces(async () => {
    const row = await findUser(tenant, id);
    allow(row);
    const transaction = new Transaction();
    await requireAnotherOwner(transaction, tenant, row);
    eraseUser(transaction, tenant, row);
    recordUserEvent(transaction, caller, id, 'user.delete', { role: [row.role, null] });
    await transaction.commit();
    return row.email;
  });
  await userPlaces.giveBack(tenant);
  await forgetNetworks(email).catch((error: unknown) => log().warn('networks not forgotten', { error: String(error) }));
}

/** Attributes of all sessions: ended as a user is disabled, and once more as one is enabled again. */
const markersOf = (row: UserRow): string[] => sessionsOf(row as unknown as Row).map(({ id }) => sessionAttribute(id));

const defined = ({ role, status }: MemberChange) => ({ ...(role ? { role } : {}), ...(status ? { status } : {}) });

export const changeMembers = defineCapability({
  tables: {
    access: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    main: ['GetItem', 'PutItem', 'DeleteItem'],
  },
  open: () => new Members(),
});
