import { environment } from '../capability/environment.ts';
import { countAgainst, undoCounts, unlessLimited } from '../limits/limiter.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { MailNotSent, sendMail } from './sender.ts';

/** Mails whose text and addressees a workspace chooses. All of them count toward its 1000 addressees a day. */

export type MailFault = 'email_limit' | 'email_not_configured' | 'email_not_sent';

/** A subject is one line, even if a template gives several. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim() || '(no subject)';
const mostOfSubject = 998;

/**
 * Sends one mail to all addressees.
 *
 * @returns undefined if it was sent, or else why not, and whether a retry may succeed (`isRetryable`)
 */
export async function sendOwnMail(
  tenant: TenantReference,
  to: readonly string[],
  { subject, text }: { readonly subject: string; readonly text: string },
): Promise<{ readonly error: MailFault; readonly isRetryable: boolean } | undefined> {
  if (!environment.setting('MAIL_FROM')) return { error: 'email_not_configured', isRetryable: false };
  const counter = { policy: 'mail-addressees', subject: 'all', amount: to.length } as const;
  const counted = await countAgainst(tenant, [counter]).catch(unlessLimited);
  if (!counted) return { error: 'email_limit', isRetryable: false };
  try {
    await sendMail(to, { subject: oneLine(subject).slice(0, mostOfSubject).toWellFormed(), text });
    return undefined;
  } catch (error) {
    await undoCounts(counted);
    if (!(error instanceof MailNotSent)) throw error;
    return { error: 'email_not_sent', isRetryable: error.isRetryable };
  }
}
