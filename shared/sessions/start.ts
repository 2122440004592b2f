import type { UserRow } from '../auth/user-record.ts';
import { problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { userKeys } from '../table/keys/users.ts';
import { retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { recordUserEvent } from '../users/changes.ts';
import { issueTokens, newSession, putSession, sessionChanges, type Tokens } from './session.ts';

/** Where a request without a credential comes from. */
export interface Visitor {
  readonly id: string;
  readonly address: string;
}

const access = new Table('access');

/** The person as an actor, for what happens before there is a caller. */
export const actorOf = (workspace: WorkspaceRow, userId: string, { id, address }: Visitor) => ({
  tenant: tenantOf(workspace),
  principal: `user_${userId}`,
  address,
  requestId: id,
});

export interface SignIn {
  readonly workspace: WorkspaceRow;
  readonly user: UserRow;
  /** Attributes of the user's row to set beside the session. */
  readonly set?: Row;
  /** Further writes of the same transaction. */
  readonly more?: (transaction: Transaction) => void;
}

export const wrongCredentials = () => problem('INVALID_CREDENTIALS', 'E-mail address or password is wrong.');

/**
 * Signs in a user whose password was right: makes a session, its tokens and the audit entry. Refuses if the user was
 * disabled, or the password changed, since the row was read.
 */
export async function startSession(signIn: SignIn, visitor: Visitor): Promise<Tokens> {
  const { workspace, user, set = {}, more } = signIn;
  const now = Date.now();
  const session = newSession(now);
  const marker = sessionChanges(user, session, now);
  const transaction = new Transaction().update(
    access,
    userKeys.user(workspace.reference, user.id),
    setAll({ ...set, ...marker.set, lastLoginAt: now, lastSession: session.id }, marker.remove),
    unchanged({ status: 'active', passwordSerial: user.passwordSerial }),
    wrongCredentials,
  );
  putSession(transaction, workspace, user.id, session);
  recordUserEvent(transaction, actorOf(workspace, user.id, visitor), user.id, 'auth.login');
  more?.(transaction);
  const tokens = await issueTokens(workspace, user, session, now);
  await retryingRaces(() => transaction.commit());
  return tokens;
}
