import type * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { mainKeys } from '../table/keys.ts';
import { type PageRequest, type PageResult, pageOfPartition, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { InvitationRow } from './invitation-record.ts';
import { type Invitation, showInvitation } from './invitation-wire.ts';

const main = new Table('main');

/** Open ones, newest first; those that have expired are not shown, and may be gone any time. */
async function list({ reference }: Tenant, page: PageRequest): Promise<PageResult<z.output<typeof Invitation>>> {
  const filter = { expression: 'expiresAt > :now', values: { ':now': Date.now() } };
  const of = mainKeys.invitations(reference);
  const found = await pageOfPartition<InvitationRow & { sk: string }>(main, of, page, { filter });
  return showPage(found, showInvitation);
}

export const readInvitations = defineCapability({ tables: { main: ['Query'] }, open: () => ({ list }) });
