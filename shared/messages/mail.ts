import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';
import { asTenantReference } from '../tenancy/tenant.ts';

const tenant = z.string().transform(asTenantReference);

/** A request without a credential: the address as it was typed; perhaps no user has it. */
const asked = { email: z.string(), workspace: z.string().optional() };

/** Asks for a mail. The message holds no token: the worker creates one when it sends the mail. */
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

/** Mails that a caller without a credential requests. */
export type AskedMail = Extract<MailMessage, { email: string }>;
