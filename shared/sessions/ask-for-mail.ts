import { networkOf } from '../auth/address.ts';
import { defineCapability } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { mailWorker } from '../mail/mail-message.ts';
import { type AskedMail, mailQueue } from '../mail/mail-queue.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { normalEmail } from '../users/email.ts';
import type { Visitor } from './start.ts';

/** Requests of people without a credential for a mail to themselves. */
export const askForMail = defineCapability({
  tables: { access: ['UpdateItem'] },
  sendsTo: [mailWorker],
  open: () => ({
    async ask(message: AskedMail, { address }: Visitor): Promise<void> {
      await countAgainst(platformReference, [
        { policy: 'mail', subject: networkOf(address) },
        { policy: 'mail-email', subject: normalEmail(message.email) },
      ]);
      await mailQueue.open().ask(message);
    },
  }),
});
