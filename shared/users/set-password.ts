import { sessionAttribute, sessionAttributes } from '../auth/session-marker.ts';
import type { UserRow } from '../auth/user-record.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { userKeys } from '../table/keys/users.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

const access = new Table('access');

/**
 * Sets a password and ends all sessions but one. If somebody signed in with the old password since the row was read,
 * this is a lost race: otherwise that session would not end.
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
    userKeys.user(tenant, user.id),
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
