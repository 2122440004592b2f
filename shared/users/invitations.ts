import * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import { tokenLifeSeconds } from '../auth/one-time-token.ts';
import { defineCapability } from '../capability/capability.ts';
import type { Once } from '../http/idempotency.ts';
import { printInstant } from '../http/schema.ts';
import { mailWorker } from '../mail/mail-message.ts';
import { recordEvent } from '../outbox/event.ts';
import { problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { mainKeys } from '../table/keys.ts';
import { type PageRequest, type PageResult, pageOfPartition, showPage } from '../table/page.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { normalEmail } from './email.ts';
import { type InvitationRow, type InvitedRole, invitedRoles } from './invitation-record.ts';
import { deleteInvitation, guardIsFree, invitationOf } from './invitation-rows.ts';
import { emailTaken, findByEmail, requireFreeAddress } from './register.ts';
import { requireStanding } from './standing.ts';
import { userPlaces } from './users.ts';

/** Invitations into a workspace. The mail, and the token in it, are made by the worker that sends it. */

export interface InvitationDraft {
  readonly email: string;
  readonly role: InvitedRole;
}

export const Invitation = z
  .object({
    id: z.string().meta({ format: 'uuid' }),
    email: z.string().meta({ format: 'email' }),
    role: z.enum(invitedRoles),
    status: z.literal('pending'),
    expires_at: z.string().meta({ format: 'date-time' }),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'Invitation' });

type Shown = z.output<typeof Invitation>;

const show = ({ id, email, role, status, expiresAt, createdAt }: InvitationRow): Shown => ({
  id,
  email,
  role,
  status,
  expires_at: printInstant(expiresAt),
  created_at: printInstant(createdAt),
});

const main = new Table('main');

class Invitations {
  /** Open ones, newest first; those that have expired are not shown, and may be gone any time. */
  async list({ reference }: Tenant, page: PageRequest): Promise<PageResult<Shown>> {
    const filter = { expression: 'expiresAt > :now', values: { ':now': Date.now() } };
    const of = mainKeys.invitations(reference);
    const found = await pageOfPartition<InvitationRow & { sk: string }>(main, of, page, { filter });
    return showPage(found, show);
  }

  /** Invites an address, or renews the invitation that it has: role, life and token are then new, the id stays. */
  async invite(caller: Caller, draft: InvitationDraft, once: Once): Promise<Shown> {
    const { tenant } = caller;
    requireStanding(caller, draft.role);
    if (await findByEmail(tenant.reference, draft.email)) throw emailTaken();
    // A place is taken when somebody accepts; that there is one now saves everybody a mail that leads nowhere.
    await userPlaces.requireRoom(tenant);
    return await retryingRaces(async () => {
      const known = await invitationOf(tenant, draft.email);
      const row = rowOf(caller, draft, known);
      const transaction = new Transaction();
      if (known) renew(transaction, tenant, known, row);
      else put(transaction, tenant, row);
      requireFreeAddress(transaction, tenant.reference, row.email);
      recordEvent(transaction, caller, {
        action: known ? 'invitation.renew' : 'invitation.create',
        resourceType: 'invitation',
        resourceId: row.id,
        changes: { role: [known?.role ?? null, row.role] },
        handOver: {
          worker: mailWorker,
          message: { kind: 'invitation', tenant: tenant.reference, invitationId: row.id },
        },
      });
      once.record(transaction, { status: 201, body: show(row) });
      await transaction.commit();
      return show(row);
    });
  }

  async withdraw(caller: Caller, id: string): Promise<void> {
    const { tenant } = caller;
    await retryingRaces(async () => {
      const row = await main.get<InvitationRow>(mainKeys.invitation(tenant.reference, id));
      if (!row || row.expiresAt <= Date.now()) {
        throw problem('NOT_FOUND', 'No open invitation has this id.', { resource: 'invitation' });
      }
      const transaction = new Transaction();
      deleteInvitation(transaction, tenant, row);
      const changes = { role: [row.role, null] } as const;
      recordEvent(transaction, caller, {
        action: 'invitation.delete',
        resourceType: 'invitation',
        resourceId: id,
        changes,
      });
      await transaction.commit();
    });
  }
}

function rowOf({ principal }: Caller, { email, role }: InvitationDraft, known?: InvitationRow): InvitationRow {
  const now = Date.now();
  return {
    id: known?.id ?? newId(now),
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
  const guard = mainKeys.invitationEmail(reference, normalEmail(row.email));
  const { ttl } = withTtl(row);
  transaction.put(main, mainKeys.invitation(reference, row.id), withTtl(row));
  transaction.put(main, guard, { id: row.id, ttl }, guardIsFree(row.createdAt), lostRace);
}

function renew(transaction: Transaction, { reference }: Tenant, known: InvitationRow, row: InvitationRow): void {
  const guard = mainKeys.invitationEmail(reference, normalEmail(row.email));
  const asRead = unchanged({ serial: known.serial });
  const { id: _, createdAt: __, ...changed } = withTtl(row);
  transaction.update(main, mainKeys.invitation(reference, row.id), setAll(changed), asRead, lostRace);
  transaction.put(main, guard, { id: row.id, ttl: changed.ttl });
}

export const invitations = defineCapability({
  tables: {
    main: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    access: ['GetItem', 'Query', 'UpdateItem', 'ConditionCheckItem'],
  },
  open: () => new Invitations(),
});
