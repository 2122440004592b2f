import { networkOf } from '../auth/address.ts';
import {
  consumeOneTimeToken,
  findOneTimeToken,
  oneTimeTokenInvalid,
  type TokenPurpose,
} from '../auth/one-time-token.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { userKeys } from '../table/keys/users.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { isSuspended, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { recordUserEvent } from '../users/changes.ts';
import { hashForAddress } from '../users/register.ts';
import { setPassword } from '../users/set-password.ts';
import { actorOf, type Visitor } from './start.ts';

/** What a person does with the token of a mail: set a new password, or verify the address. */

interface Found {
  readonly user: UserRow;
  readonly workspace: WorkspaceRow;
}

const access = new Table('access');
const main = new Table('main');

/** Sets a new password and ends all sessions. It also verifies the address, since the person could read the mail. */
async function resetPassword(token: string, password: string, visitor: Visitor): Promise<void> {
  await countAgainst(platformReference, [{ policy: 'mail', subject: `confirm ${networkOf(visitor.address)}` }]);
  const { user: asking } = await findBearer(token, 'password_reset');
  const passwordHash = await hashForAddress(asking.email, password);
  await retryingRaces(async () => {
    const { user, workspace } = await findBearer(token, 'password_reset');
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
    const { user, workspace } = await findBearer(token, 'verify_email');
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

/** The active user for whom a token was made. A new password invalidates older tokens that would set one. */
async function findBearer(token: string, purpose: TokenPurpose): Promise<Found> {
  const found = await findOneTimeToken(token, purpose);
  if (!found) throw oneTimeTokenInvalid();
  const [user, workspace] = await Promise.all([
    access.get<UserRow>(userKeys.user(found.tenant, found.subject)),
    main.get<WorkspaceRow>(workspaceKeys.workspace(found.tenant)),
  ]);
  if (user?.status !== 'active' || !workspace || isSuspended(workspace)) throw oneTimeTokenInvalid();
  if (purpose === 'password_reset' && user.passwordSerial !== found.serial) throw oneTimeTokenInvalid();
  return { user, workspace };
}

export const recoverAccounts = defineCapability({
  tables: { access: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem'], main: ['GetItem', 'PutItem'] },
  open: () => ({ resetPassword, verifyEmail }),
});
