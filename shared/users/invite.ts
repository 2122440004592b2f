import type * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import { tokenLifeSeconds } from '../auth/one-time-token.ts';
import { defineCapability } from '../capability/capability.ts';
import type { Once } from '../http/once.ts';
import { countAgainst } from '../limits/limiter.ts';
import { MailMessage } from '../messages/mail.ts';
import { recordEvent } from '../outbox/event.ts';
import { requireRoom } from '../quota/reserve.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { invitationKeys } from '../table/keys/invitations.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { normalEmail } from '../wire/email.ts';
import type { InvitationRow, InvitedRole } from './invitation-record.ts';
import { guardIsFree, invitationOf } from './invitation-rows.ts';
import { type Invitation, showInvitation } from './invitation-wire.ts';
import { userQuota } from './quota.ts';
import { emailTaken, findByEmail, requireFreeAddress } from './register.ts';
import { requireAuthorityOver } from './role-guards.ts';

/** Invitations into a workspace. The worker that sends the mail also makes the token in it. */

interface InvitationDraft {
  readonly email: string;
  readonly role: InvitedRole;
}

const main = new Table('main');

/**
 * Invites an address, or renews its invitation: the id stays, role, expiry and token are new.
 *
 * @throws EMAIL_TAKEN, QUOTA_EXCEEDED, RATE_LIMIT_EXCEEDED
 */
async function invite(
  caller: Caller,
  draft: InvitationDraft,
  once: Once,
  id?: string,
): Promise<z.output<typeof Invitation>> {
  const { tenant } = caller;
  requireAuthorityOver(caller, draft.role);
  if (await findByEmail(tenant.reference, draft.email)) throw emailTaken();
  // Quota is reserved on acceptance. Without room now, the mail would only lead to a refusal.
  await requireRoom(tenant, userQuota);
  // An invitation is a mail that we send to an address of the tenant's choice.
  await countAgainst(tenant.reference, [
    { policy: 'invitation', subject: 'all' },
    { policy: 'mail-email', subject: normalEmail(draft.email) },
  ]);
  return await retryingRaces(async () => {
    const known = await invitationOf(tenant, draft.email);
    const row = rowOf(caller, draft, known, id);
    const transaction = new Transaction();
    if (known) renew(transaction, tenant, known, row);
    else put(transaction, tenant, row);
    requireFreeAddress(transaction, tenant.reference, row.email);
    recordInvitation(transaction, caller, row, known);
    once.record(transaction, { status: 201, body: showInvitation(row) });
    await transaction.commit();
    return showInvitation(row);
  });
}

function recordInvitation(transaction: Transaction, caller: Caller, row: InvitationRow, known?: InvitationRow): void {
  recordEvent(transaction, caller, {
    action: known ? 'invitation.renew' : 'invitation.create',
    resourceType: 'invitation',
    resourceId: row.id,
    changes: { role: [known?.role ?? null, row.role] },
    handOver: [MailMessage.order({ kind: 'invitation', tenant: caller.tenant.reference, invitationId: row.id })],
  });
}

function rowOf(
  { principal }: Caller,
  { email, role }: InvitationDraft,
  known: InvitationRow | undefined,
  id: string | undefined,
): InvitationRow {
  const now = Date.now();
  return {
    id: known?.id ?? id ?? newId(now),
    email,
    role,
    status: 'pending',
    invitedBy: principal,
    serial: (known?.serial ?? 0) + 1,
    expiresAt: now + tokenLifeSeconds.invitation * 1000,
    createdAt: known?.createdAt ?? now,
  };
}

const withTtl = (row: InvitationRow) => ({ ...row, ttl: Math.ceil(row.expiresAt / 1000) });

function put(transaction: Transaction, { reference }: Tenant, row: InvitationRow): void {
  const guard = invitationKeys.email(reference, normalEmail(row.email));
  const { ttl } = withTtl(row);
  transaction.put(main, invitationKeys.invitation(reference, row.id), withTtl(row));
  transaction.put(main, guard, { id: row.id, ttl }, guardIsFree(row.createdAt), lostRace);
}

function renew(transaction: Transaction, { reference }: Tenant, known: InvitationRow, row: InvitationRow): void {
  const guard = invitationKeys.email(reference, normalEmail(row.email));
  const asRead = unchanged({ serial: known.serial });
  const { id: _, createdAt: __, ...changed } = withTtl(row);
  transaction.update(main, invitationKeys.invitation(reference, row.id), setAll(changed), asRead, lostRace);
  transaction.put(main, guard, { id: row.id, ttl: changed.ttl });
}

export const inviteUsers = defineCapability({
  tables: {
    main: ['GetItem', 'PutItem', 'UpdateItem'],
    access: ['GetItem', 'Query', 'UpdateItem', 'ConditionCheckItem'],
  },
  handsTo: [MailMessage],
  open: () => ({ invite }),
});
