import { sessionSeconds } from '../sessions/session.ts';
import { unchanged } from '../table/expressions.ts';
import { accessKeys } from '../table/keys.ts';
import { lostRace } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { platformReference, type Tenant, type TenantReference } from '../tenancy/tenant.ts';
import { normalEmail } from './email.ts';
import { leaveRegister, type RegisterRow } from './register.ts';
import type { UserRow } from './user-record.ts';

const access = new Table('access');

/** Longer than any token of the user lives, and than the month whose requests are counted on the row. */
const tombstoneSeconds = sessionSeconds + 31 * 86_400;

/**
 * Puts a tombstone in a user's place: no address, no name, no password, no session. What the user did stays, signed by
 * an id that nobody has any more; tokens that are still about are refused as ended.
 *
 * Elsewhere remain, until their own time is over: the audit log's addresses of requests, answers under an
 * `Idempotency-Key` that only their client can read, and for minutes the counters of sign-ins under a hash.
 */
export function eraseUser(transaction: Transaction, { reference }: Tenant, row: UserRow): void {
  const months = Object.entries(row).filter(([name]) => /^m\d{6}$/.test(name));
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
  transaction.put(access, accessKeys.user(reference, row.id), tombstone, asRead, lostRace);
  leaveRegister(transaction, reference, row);
}

/**
 * Forgets from which networks an address signed in, unless it has a user elsewhere still. To be called after its user is
 * gone; what a failure leaves is gone when its time is over.
 */
export async function forgetNetworks(email: string): Promise<void> {
  const address = normalEmail(email);
  const entries = await access.queryAll<Partial<RegisterRow> & { sk: string }>(
    accessKeys.signIns(platformReference, address),
  );
  if (entries.some(({ userId }) => userId !== undefined)) return;
  // Networks stand where tenants do in the other rows of the partition.
  const keys = entries.map(({ sk }) => accessKeys.signIn(platformReference, address, sk as TenantReference));
  await Promise.all(keys.map((key) => access.delete(key)));
}
