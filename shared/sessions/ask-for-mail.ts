import * as z from 'zod';
import { networkOf } from '../auth/address.ts';
import { defineCapability } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { type AskedMail, mailWorker } from '../messages/mail.ts';
import { sendTo } from '../queue/sender.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { Email, normalEmail } from '../wire/email.ts';
import { strictObject } from '../wire/schema.ts';
import type { Visitor } from './start.ts';

/** Whose mail is asked for; the answer is the same whether or not there is such a person. */
export const MailRequest = strictObject({
  email: Email,
  workspace: z.string().max(63).optional().meta({ description: 'Id or slug, where one has users in several.' }),
}).meta({ id: 'MailRequest', example: { email: 'admin@example.com' } });

export const MailAsked = z.object({ status: z.literal('ok') }).meta({ id: 'MailAsked' });

/** Requests of people without a credential for a mail to themselves. */
export const askForMail = defineCapability({
  tables: { access: ['UpdateItem'] },
  sendsTo: [mailWorker],
  open: () => ({
    /**
     * Whether or not the address has a user: what is known of it is looked up by the worker, so that the answer and its
     * time tell nothing.
     */
    async ask(message: AskedMail, { address }: Visitor): Promise<void> {
      await countAgainst(platformReference, [
        { policy: 'mail', subject: networkOf(address) },
        // Apart for each thing that is asked: otherwise what sends no mail could use up the tries of what does.
        { policy: 'mail-email', subject: `${message.kind} ${normalEmail(message.email)} ${message.workspace ?? ''}` },
      ]);
      await sendTo(mailWorker, message);
    },
  }),
});
