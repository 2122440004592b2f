import type * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { invitationKeys } from '../table/keys/invitations.ts';
import { type PageRequest, type PageResult, pageOfRows, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { InvitationRow } from './invitation-record.ts';
import { type Invitation, showInvitation } from './invitation-wire.ts';
import { invitersOf, isValid } from './inviter.ts';

const main = new Table('main');

/**
 * Invitations that can be accepted, newest first: not expired, and sent by someone who may still give the role. All are
 * read before the page is cut, since whether one counts depends on its sender.
 */
async function list({ reference }: Tenant, page: PageRequest): Promise<PageResult<z.output<typeof Invitation>>> {
  const filter = { expression: 'expiresAt > :now', values: { ':now': Date.now() } };
  const open = await main.queryAll<InvitationRow>(invitationKeys.invitations(reference), { filter });
  const inviters = await invitersOf(reference, open);
  const valid = open.filter((invitation, i) => isValid(invitation, inviters[i]));
  return showPage(
    pageOfRows(valid, page, ({ id }) => id),
    showInvitation,
  );
}

export const readInvitations = defineCapability({
  tables: { main: ['Query'], access: ['BatchGetItem'] },
  open: () => ({ list }),
});
