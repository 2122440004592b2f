import * as z from 'zod';
import { networkOf } from '../auth/address.ts';
import { defineCapability } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { type AskedMail, MailMessage } from '../messages/mail.ts';
import { sendTo } from '../queue/sender.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { Email, normalEmail } from '../wire/email.ts';
import { workspaceName } from '../wire/id.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import type { Visitor } from './start.ts';

/** The user who wants a mail. The response is the same whether or not there is such a user. */
export const MailRequest = strictObject(
  whenMade({
    email: Email,
    workspace: workspaceName()
      .optional()
      .meta({ description: 'Id or slug of the workspace, for an address that has users in several workspaces.' }),
  }),
).meta({ id: 'MailRequest', example: { email: 'admin@example.com' } });

export const MailAsked = z.object({ status: z.literal('ok') }).meta({ id: 'MailAsked' });

/** Lets people without a credential ask for a mail to themselves. */
export const askForMail = defineCapability({
  tables: { access: ['UpdateItem'] },
  sendsTo: [MailMessage],
  open: () => ({
    /**
     * Hands the request to the worker, which looks up whether the address has a user. So neither the response nor its
     * time reveals that.
     */
    async ask(message: AskedMail, { address }: Visitor): Promise<void> {
      await countAgainst(platformReference, [
        { policy: 'mail', subject: networkOf(address) },
        // One counter for each kind of mail and each workspace: requests that send no mail must not use up those that do.
        { policy: 'mail-email', subject: `${message.kind} ${normalEmail(message.email)} ${message.workspace ?? ''}` },
      ]);
      await sendTo(MailMessage.order(message));
    },
  }),
});
