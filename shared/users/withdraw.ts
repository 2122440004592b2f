import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { recordEvent } from '../outbox/event.ts';
import { notFound } from '../problems/problem.ts';
import { invitationKeys } from '../table/keys/invitations.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { InvitationRow } from './invitation-record.ts';
import { deleteInvitation } from './invitation-rows.ts';

const main = new Table('main');

/** Ends an open invitation: its token is invalid from now on. */
async function withdraw(caller: Caller, id: string): Promise<void> {
  const { tenant } = caller;
  await retryingRaces(async () => {
    const row = await main.get<InvitationRow>(invitationKeys.invitation(tenant.reference, id));
    if (!row || row.expiresAt <= Date.now()) {
      throw notFound('invitation');
    }
    const transaction = new Transaction();
    deleteInvitation(transaction, tenant, row);
    recordEvent(transaction, caller, {
      action: 'invitation.delete',
      resourceType: 'invitation',
      resourceId: id,
      changes: { role: [row.role, null] },
    });
    await transaction.commit();
  });
}

export const withdrawInvitations = defineCapability({
  tables: { main: ['GetItem', 'PutItem', 'DeleteItem'] },
  open: () => ({ withdraw }),
});
