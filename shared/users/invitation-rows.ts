import { unchanged } from '../table/expressions.ts';
import { invitationKeys } from '../table/keys/invitations.ts';
import { lostRace } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { normalEmail } from '../wire/email.ts';
import type { InvitationRow } from './invitation-record.ts';

/** Each open invitation has a row, and a guard row under its address, so that an address has only one invitation. */

const main = new Table('main');

/** The open invitation of an address. */
export async function invitationOf({ reference }: Tenant, email: string): Promise<InvitationRow | undefined> {
  const guard = await main.get<{ id: string }>(invitationKeys.email(reference, normalEmail(email)));
  return guard && (await main.get<InvitationRow>(invitationKeys.invitation(reference, guard.id)));
}

export function deleteInvitation(transaction: Transaction, { reference }: Tenant, row: InvitationRow): void {
  const asRead = unchanged({ serial: row.serial });
  transaction.delete(main, invitationKeys.invitation(reference, row.id), asRead, lostRace);
  transaction.delete(main, invitationKeys.email(reference, normalEmail(row.email)));
}

/** Holds while no open invitation has the address. The guard of an expired one may still be there. */
export function guardIsFree(now: number): Expression {
  return {
    expression: 'attribute_not_exists(pk) OR #ttl <= :now',
    names: { '#ttl': 'ttl' },
    values: { ':now': Math.floor(now / 1000) },
  };
}

/** Deletes the invitation of an address; where there is none, the transaction fails if one appears. */
export async function withdrawInvitation(transaction: Transaction, tenant: Tenant, email: string): Promise<void> {
  const row = await invitationOf(tenant, email);
  if (row) return deleteInvitation(transaction, tenant, row);
  const guard = invitationKeys.email(tenant.reference, normalEmail(email));
  transaction.delete(main, guard, guardIsFree(Date.now()), lostRace);
}
