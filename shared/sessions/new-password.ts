import type { Caller } from '../auth/caller.ts';
import { verifyPassword } from '../auth/password.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { problem } from '../problems/problem.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { recordUserEvent } from '../users/changes.ts';
import { hashForAddress } from '../users/register.ts';
import { setPassword } from '../users/set-password.ts';
import { readUser } from '../users/users.ts';

/** A new password ends the sessions that began with the old one. */

const incorrect = () => problem('PASSWORD_INCORRECT', 'The current password is wrong.');

/** @throws PASSWORD_INCORRECT; RATE_LIMIT_EXCEEDED after many attempts */
async function change(caller: Caller, given: { current: string; next: string }): Promise<void> {
  const { tenant, user } = caller;
  if (!user) throw problem('FORBIDDEN', 'Only a signed-in user has a password.');
  // A stolen session must not become a way to guess the password.
  await countAgainst(tenant.reference, [{ policy: 'login-email', subject: user.id }]);
  if (!(await verifyPassword(user.row.passwordHash, given.current))) throw incorrect();
  const passwordHash = await hashForAddress(user.row.email, given.next);
  let row: UserRow | undefined = user.row;
  await retryingRaces(async () => {
    const now = row ?? (await readUser(tenant, user.id));
    row = undefined;
    // The password was changed meanwhile, or the user deleted, so the given one is no longer current.
    if (now?.passwordHash !== user.row.passwordHash) throw incorrect();
    const transaction = new Transaction();
    setPassword(transaction, tenant.reference, now, passwordHash, { keptSession: user.sessionId });
    recordUserEvent(transaction, caller, user.id, 'auth.password_change');
    await transaction.commit();
  });
}

export const changePasswords = defineCapability({
  tables: { access: ['GetItem', 'Query', 'UpdateItem'], main: ['PutItem'] },
  open: () => ({ change }),
});
