import { networkOf } from '../auth/address.ts';
import {
  consumeOneTimeToken,
  findTokenHolder,
  oneTimeTokenInvalid,
  type TokenHolder,
  type TokenPurpose,
} from '../auth/one-time-token.ts';
import { defineCapability } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { userKeys } from '../table/keys/users.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { recordUserEvent } from '../users/changes.ts';
import { hashForAddress } from '../users/register.ts';
import { setPassword } from '../users/set-password.ts';
import { actorOf, type Visitor } from './start.ts';

/** What a person does with the token of a mail: set a new password, or verify the address. */

const access = new Table('access');

/** Sets a new password and ends all sessions. It also verifies the address, since the person could read the mail. */
async function resetPassword(token: string, password: string, visitor: Visitor): Promise<void> {
  await countAgainst(platformReference, [{ policy: 'mail', subject: `confirm ${networkOf(visitor.address)}` }]);
  const { user: asking } = await findHolder(token, 'password_reset');
  const passwordHash = await hashForAddress(asking.email, password);
  await retryingRaces(async () => {
    const { user, workspace } = await findHolder(token, 'password_reset');
    const transaction = new Transaction();
    const verified = user.emailVerified ? {} : { emailVerified: true, version: user.version + 1 };
    setPassword(transaction, workspace.reference, user, passwordHash, verified);
    consumeOneTimeToken(transaction, token, oneTimeTokenInvalid);
    const changes = user.emailVerified ? {} : ({ email_verified: [false, true] } as const);
    recordUserEvent(transaction, actorOf(workspace, user.id, visitor), user.id, 'auth.password_reset', changes);
    await transaction.commit();
  });
}

/** @returns the address that is verified now */
async function verifyEmail(token: string, visitor: Visitor): Promise<string> {
  return await retryingRaces(async () => {
    const { user, workspace } = await findHolder(token, 'verify_email');
    const transaction = new Transaction().update(
      access,
      userKeys.user(workspace.reference, user.id),
      setAll({ emailVerified: true, version: user.version + 1 }),
      unchanged({ version: user.version, status: user.status }),
      lostRace,
    );
    consumeOneTimeToken(transaction, token, oneTimeTokenInvalid);
    const changes = { email_verified: [user.emailVerified, true] } as const;
    recordUserEvent(transaction, actorOf(workspace, user.id, visitor), user.id, 'auth.email_verify', changes);
    await transaction.commit();
    return user.email;
  });
}

/** @throws ONE_TIME_TOKEN_INVALID, also if the token would set a password and a newer one was set since */
async function findHolder(token: string, purpose: TokenPurpose): Promise<TokenHolder> {
  const holder = await findTokenHolder(token, purpose);
  if (!holder) throw oneTimeTokenInvalid();
  if (purpose === 'password_reset' && holder.user.passwordSerial !== holder.serial) throw oneTimeTokenInvalid();
  return holder;
}

export const recoverAccounts = defineCapability({
  tables: { access: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem'], main: ['GetItem', 'PutItem'] },
  open: () => ({ resetPassword, verifyEmail }),
});
