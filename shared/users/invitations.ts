import type * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { mainKeys } from '../table/keys.ts';
import { type PageRequest, type PageResult, pageOfRows, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { InvitationRow } from './invitation-record.ts';
import { type Invitation, showInvitation } from './invitation-wire.ts';
import { counts, invitersOf } from './inviter.ts';

const main = new Table('main');

/**
 * Those that count now, newest first: none that has expired, and none whose sender may not give its role any more. All
 * are read, then cut, since the senders decide.
 */
async function list({ reference }: Tenant, page: PageRequest): Promise<PageResult<z.output<typeof Invitation>>> {
  const filter = { expression: 'expiresAt > :now', values: { ':now': Date.now() } };
  const open = await main.queryAll<InvitationRow>(mainKeys.invitations(reference), { filter });
  const inviters = await invitersOf(reference, open);
  const counting = open.filter((invitation, i) => counts(invitation, inviters[i]));
  return showPage(
    pageOfRows(counting, page, ({ id }) => id),
    showInvitation,
  );
}

export const readInvitations = defineCapability({
  tables: { main: ['Query'], access: ['BatchGetItem'] },
  open: () => ({ list }),
});
