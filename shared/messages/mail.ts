import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

const tenant = z.string().transform(asTenantReference);

/** What was asked with no credential: an address as it was typed, which nobody may have. */
const asked = { email: z.string(), workspace: z.string().optional() };

/** Asks for a mail. It holds no token: the worker makes one when it sends. */
export const MailMessage = defineMessage(
  'mail/send',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('invitation'), tenant, invitationId: z.string() }),
    z.object({ kind: z.literal('verify_email'), tenant, userId: z.string() }),
    z.object({ kind: z.literal('password_reset'), ...asked }),
    z.object({ kind: z.literal('resend_verification'), ...asked }),
  ]),
);
export type MailMessage = MessageOf<typeof MailMessage>;

/** Mails that somebody without a credential asks for. */
export type AskedMail = Extract<MailMessage, { email: string }>;
