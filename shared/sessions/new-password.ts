import type { Caller } from '../auth/caller.ts';
import { hashPassword, verifyPassword } from '../auth/password.ts';
import { sessionAttribute, sessionAttributes } from '../auth/session-marker.ts';
import { defineCapability } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { accessKeys } from '../table/keys.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { recordUserEvent } from '../users/changes.ts';
import type { UserRow } from '../users/user-record.ts';
import { findUser } from '../users/users.ts';

/** A new password ends the sessions that began with the old one. */

const access = new Table('access');

/**
 * Sets a password and ends all sessions but one. A sign-in with the old password that came between is a lost race: its
 * session would be missed.
 */
export function setPassword(
  transaction: Transaction,
  tenant: TenantReference,
  user: UserRow,
  passwordHash: string,
  {
    keptSession,
    ...more
  }: { readonly keptSession?: string } & Partial<Pick<UserRow, 'role' | 'status' | 'emailVerified' | 'version'>> = {},
): void {
  const kept = keptSession === undefined ? undefined : sessionAttribute(keptSession);
  transaction.update(
    access,
    accessKeys.user(tenant, user.id),
    setAll(
      { ...more, passwordHash, passwordSerial: user.passwordSerial + 1 },
      sessionAttributes(user).filter((session) => session !== kept),
    ),
    unchanged({
      passwordSerial: user.passwordSerial,
      lastSession: user.lastSession,
      status: user.status,
      role: user.role,
      ...(more.version === undefined ? {} : { version: user.version }),
    }),
    lostRace,
  );
}

const incorrect = () => problem('PASSWORD_INCORRECT', 'The current password is wrong.');

class PasswordChange {
  /** @throws PASSWORD_INCORRECT, RATE_LIMIT_EXCEEDED after many wrong ones */
  async change(caller: Caller, given: { current: string; next: string }): Promise<void> {
    const { tenant, user } = caller;
    if (!user) throw problem('FORBIDDEN', 'Only a signed-in user has a password.');
    // A stolen session must not be a way to try passwords.
    await countAgainst(tenant.reference, [{ policy: 'login-email', subject: user.id }]);
    const { matches } = await verifyPassword(user.row.passwordHash, given.current);
    if (!matches) throw incorrect();
    const passwordHash = await hashPassword(given.next);
    let row: UserRow | undefined = user.row;
    await retryingRaces(async () => {
      const now: UserRow = row ?? (await findUser(tenant, user.id));
      row = undefined;
      // Somebody else changed it meanwhile: the current password was not the current one.
      if (now.passwordHash !== user.row.passwordHash) throw incorrect();
      const transaction = new Transaction();
      setPassword(transaction, tenant.reference, now, passwordHash, { keptSession: user.sessionId });
      recordUserEvent(transaction, caller, user.id, 'auth.password_change');
      await transaction.commit();
    });
  }
}

export const passwordChange = defineCapability({
  tables: { access: ['GetItem', 'UpdateItem'], main: ['PutItem'] },
  open: () => new PasswordChange(),
});
