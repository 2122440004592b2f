import { sessionSeconds } from '../auth/session-marker.ts';
import type { UserRow } from '../auth/user-record.ts';
import { isMonthAttribute } from '../limits/rate-window.ts';
import { unchanged } from '../table/expressions.ts';
import { keyOf } from '../table/key.ts';
import { knownNetworkKeys, userKeys } from '../table/keys/users.ts';
import { lostRace } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { leaveRegister } from './register.ts';

const access = new Table('access');

/** Longer than the lifetime of any token, and than the month whose requests are counted on the row. */
const tombstoneSeconds = sessionSeconds + 31 * 86_400;

/**
 * Replaces a user's row with a tombstone that has no address, name, password or session. What the user made stays,
 * under an id that leads to nobody; tokens that are still in use are refused.
 *
 * Elsewhere some traces remain until they expire: IP addresses in the audit log, responses under an `Idempotency-Key`
 * that only their client can read, and, for at most two hours, counters of sign-ins and mails under a hash.
 */
export function eraseUser(transaction: Transaction, { reference }: Tenant, row: UserRow): void {
  const months = Object.entries(row).filter(([name]) => isMonthAttribute(name));
  const tombstone = {
    id: row.id,
    email: '',
    name: '',
    role: row.role,
    status: 'deleted',
    emailVerified: false,
    passwordHash: '',
    passwordSerial: row.passwordSerial + 1,
    createdAt: row.createdAt,
    version: row.version + 1,
    ...Object.fromEntries(months),
    ttl: Math.ceil(Date.now() / 1000) + tombstoneSeconds,
  } satisfies UserRow & Row;
  const asRead = unchanged({ version: row.version, status: row.status, role: row.role, email: row.email });
  transaction.put(access, userKeys.user(reference, row.id), tombstone, asRead, lostRace);
  leaveRegister(transaction, reference, row);
}

/**
 * Forgets from which networks a user signed in. To be called after the user is gone; rows that a failure leaves expire.
 */
export async function forgetNetworks({ reference }: Tenant, userId: string): Promise<void> {
  const rows = await access.queryAll<{ pk: string; sk: string }>(knownNetworkKeys.networks(reference, userId));
  await Promise.all(rows.map((row) => access.delete(keyOf(row))));
}
